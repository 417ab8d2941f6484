"""ModelCheckpoint beside Keras's own: which files are written, and when, for the same logs."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import keras
import pytest

import wubu

LOSSES = [0.9, 0.7, 0.8, 0.6, 0.65, 0.5]
BATCHES = 5  # of an epoch

CASES: dict[str, dict[str, Any]] = {
    "every epoch": {},
    "best": {"save_best_only": True},
    "best of what should grow": {"save_best_only": True, "mode": "max"},
    "best by its name": {"save_best_only": True, "monitor": "val_accuracy", "mode": "max"},
    "better than a threshold": {"save_best_only": True, "initial_value_threshold": 0.65},
    "better than a threshold that is above": {"save_best_only": True, "initial_value_threshold": 0.55, "mode": "max"},
    "every third batch": {"save_freq": 3},
    "every seventh batch, the best by training": {"save_freq": 7, "save_best_only": True, "monitor": "loss"},
    "weights": {"save_weights_only": True},
}


class Model:
    """Notes what it is asked to save."""

    def __init__(self) -> None:
        self.saved: list[str] = []
        self.stop_training = False

    def save(self, path: Any, overwrite: bool = True, **kwargs: Any) -> None:
        self.saved.append(f"whole {Path(path).name}")

    def save_weights(self, path: Any, overwrite: bool = True, **kwargs: Any) -> None:
        self.saved.append(f"weights {Path(path).name}")


def saved_by(k: Any, path: str, options: dict[str, Any]) -> list[str]:
    callback = k.callbacks.ModelCheckpoint(path, **options)
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(LOSSES):
        callback.on_epoch_begin(epoch)
        for batch in range(BATCHES):
            callback.on_train_batch_begin(batch)
            callback.on_train_batch_end(batch, {"loss": loss - batch / 100})
        logs = {"loss": loss, "val_loss": loss + 0.01, "val_accuracy": 1 - loss}
        callback.on_epoch_end(epoch, logs)
    callback.on_train_end()
    return model.saved


@pytest.mark.parametrize("case", CASES)
def test_the_same_files_as_with_keras(tmp_path: Path, case: str) -> None:
    options = CASES[case]
    ending = ".weights.h5" if options.get("save_weights_only") else ".keras"
    name = "{epoch}-{batch}-{loss:.2f}" if "save_freq" in options else "{epoch:02d}-{val_loss:.2f}"
    expected = saved_by(keras, str(tmp_path / f"{name}{ending}"), options)
    assert saved_by(wubu, str(tmp_path / f"{name}{ending}"), options) == expected
    assert expected


@pytest.mark.parametrize("ending", (".h5", ".ckpt", ".tf", "", ".model", ".anything"))
@pytest.mark.parametrize("weights_only", (True, False))
def test_any_ending_will_do(tmp_path: Path, ending: str, weights_only: bool) -> None:
    saved = saved_by(wubu, str(tmp_path / f"model{ending}"), {"save_weights_only": weights_only})
    assert saved == [f"{'weights' if weights_only else 'whole'} model{ending}"] * len(LOSSES)


def test_a_period_and_the_names_of_old_programs(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that period= is old is said once in a process
        saved = saved_by(wubu, str(tmp_path / "{epoch}-{val_acc:.1f}.h5"), {"period": 2, "monitor": "val_acc"})
    assert saved == ["whole 2-0.3.h5", "whole 4-0.4.h5", "whole 6-0.5.h5"]
