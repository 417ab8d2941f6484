"""A training that was interrupted and resumed ends as one that was not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wubu.callbacks import BackupAndRestore, Callback, EarlyStopping, ReduceLROnPlateau
from wubu.core.seeds import set_random_seed
from wubu.errors import ArgumentError, FileFormatError
from wubu.layers import Dense, Dropout
from wubu.models import Input, Sequential
from wubu.utils import PyDataset


def network() -> Any:
    set_random_seed(5)
    model = Sequential([Input((5,)), Dense(8, activation="relu"), Dropout(0.3), Dropout(0.2, seed=7), Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


class Cut(Callback):
    def __init__(self, epoch: int, batch: int) -> None:
        super().__init__()
        self.at, self.epoch = (epoch, batch), 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if (self.epoch, batch) == self.at:
            raise KeyboardInterrupt


class Batches(PyDataset):
    def __init__(self, data: Any) -> None:
        super().__init__()
        self.data = data

    def __len__(self) -> int:
        return 8

    def __getitem__(self, i: int) -> Any:
        return tuple(part[16 * i : 16 * i + 16] for part in self.data)


def watchers() -> list[Any]:
    return [
        EarlyStopping("loss", patience=3, restore_best_weights=True),
        ReduceLROnPlateau("loss", patience=0, min_delta=0.01, factor=0.5),
    ]


@pytest.mark.parametrize("save_freq", ["epoch", 3])
@pytest.mark.parametrize("kind", ["arrays", "arrays, steps", "stream"])
def test_bit_for_bit(data: Any, tmp_path: Path, save_freq: Any, kind: str) -> None:
    arguments: dict[str, Any] = {"epochs": 5, "verbose": 0}
    x: tuple[Any, ...] = data
    if kind == "stream":
        x = (Batches(data),)
    else:
        arguments |= {"batch_size": 16, "validation_split": 0.25}
        arguments |= {"steps_per_epoch": 5} if "steps" in kind else {}
    straight = network()
    expected = straight.fit(*x, callbacks=watchers(), **arguments)

    first = network()
    with pytest.raises(KeyboardInterrupt):
        cut = Cut(2, 4 if save_freq == 3 else 0)
        first.fit(*x, callbacks=[*watchers(), BackupAndRestore(tmp_path / "b", save_freq), cut], **arguments)
    second = network()
    set_random_seed(99)
    history = second.fit(*x, callbacks=[BackupAndRestore(tmp_path / "b", save_freq), *watchers()], **arguments)
    for a, b in zip(straight.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert history.history == expected.history and history.epoch == expected.epoch
    assert not (tmp_path / "b").exists()


def test_nothing_to_resume(data: Any, tmp_path: Path) -> None:
    model = network()
    history = model.fit(
        *data, epochs=2, verbose=0, callbacks=[BackupAndRestore(tmp_path / "b", delete_checkpoint=False)]
    )
    assert history.epoch == [0, 1] and (tmp_path / "b" / "training_state.pt").exists()
    again = network().fit(*data, epochs=2, verbose=0, callbacks=[BackupAndRestore(tmp_path / "b")])
    assert again.epoch == [0, 1]  # all of it was done


def test_a_damaged_file(data: Any, tmp_path: Path) -> None:
    callback = BackupAndRestore(tmp_path / "b", delete_checkpoint=False, double_checkpoint=True)
    network().fit(*data, epochs=2, verbose=0, callbacks=[callback])
    (tmp_path / "b" / "training_state.pt").write_bytes(b"damaged")
    resumed = network().fit(
        *data, epochs=3, verbose=0, callbacks=[BackupAndRestore(tmp_path / "b", delete_checkpoint=False)]
    )
    assert resumed.epoch == [0, 1, 2]
    for path in (tmp_path / "b").iterdir():
        path.write_bytes(b"damaged")
    with pytest.raises(FileFormatError, match="delete it"):
        network().fit(*data, verbose=0, callbacks=[BackupAndRestore(tmp_path / "b")])


def test_wrong_arguments(tmp_path: Path) -> None:
    for wrong in (
        {"backup_dir": ""},
        {"backup_dir": tmp_path, "save_freq": "day"},
        {"backup_dir": tmp_path, "when": 1},
    ):
        with pytest.raises(ArgumentError):
            BackupAndRestore(**wrong)
