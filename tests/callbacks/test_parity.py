"""The same epochs stopped, the same rates, the same messages and the same files as real Keras."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

STOPPING = {
    "plain": {"monitor": "val_loss", "patience": 1},
    "min_delta": {"monitor": "val_loss", "patience": 2, "min_delta": 0.02, "verbose": 1},
    "restore": {"monitor": "val_loss", "patience": 0, "min_delta": 0.05, "restore_best_weights": True, "verbose": 1},
    "baseline": {"monitor": "loss", "baseline": 0.01, "patience": 3, "verbose": 1},
    "late": {"monitor": "val_mae", "mode": "min", "start_from_epoch": 4, "min_delta": 0.05, "verbose": 1},
    "max": {"monitor": "loss", "mode": "max", "patience": 2, "verbose": 1, "restore_best_weights": True},
    "metric": {"monitor": "val_mae", "patience": 0, "min_delta": 0.04, "verbose": 1},
}


def fast(optimizers: Any) -> Any:
    return optimizers.Adam(0.02)


@pytest.mark.parametrize("name", sorted(STOPPING))
def test_early_stopping(both: Any, name: str) -> None:
    (ours, a, printed), (reference, b, expected) = both(lambda k: [k.EarlyStopping(**STOPPING[name])], fast)
    assert a.epoch == b.epoch and printed == expected
    for x, y in zip(ours.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-3, atol=1e-5)


def test_early_stopping_without_the_metric(both: Any) -> None:
    with pytest.warns(UserWarning, match="not available"):
        results = both(lambda k: [k.EarlyStopping(monitor="val_f1", mode="max")])
    assert results[0][1].epoch == results[1][1].epoch


REDUCING = {
    "plain": {"monitor": "val_loss", "factor": 0.5, "patience": 1, "min_delta": 0.02, "verbose": 1},
    "cooldown": {"monitor": "loss", "factor": 0.3, "patience": 1, "min_delta": 0.1, "cooldown": 2, "verbose": 1},
    "floor": {"monitor": "loss", "factor": 0.1, "patience": 0, "min_delta": 1.0, "min_lr": 1e-3, "verbose": 1},
}


@pytest.mark.parametrize("name", sorted(REDUCING))
def test_reduce_lr_on_plateau(both: Any, name: str) -> None:
    (_, a, printed), (_, b, expected) = both(lambda k: [k.ReduceLROnPlateau(**REDUCING[name])], fast)
    np.testing.assert_allclose(a.history["learning_rate"], b.history["learning_rate"], rtol=1e-5)
    np.testing.assert_allclose(a.history["loss"], b.history["loss"], rtol=1e-3)
    assert set(a.history) == set(b.history)
    assert [line.split(" to ")[0] for line in printed.split("\n")] == [
        line.split(" to ")[0] for line in expected.split("\n")
    ]


@pytest.mark.parametrize("schedule", [lambda epoch, rate: rate * 0.8, lambda epoch: 0.01 / (epoch + 1)])
def test_learning_rate_scheduler(both: Any, schedule: Any) -> None:
    (_, a, printed), (_, b, expected) = both(lambda k: [k.LearningRateScheduler(schedule, verbose=1)], epochs=4)
    np.testing.assert_allclose(a.history["learning_rate"], b.history["learning_rate"], rtol=1e-6)
    np.testing.assert_allclose(a.history["loss"], b.history["loss"], rtol=1e-4)
    assert printed == expected


def test_csv_logger(both: Any, tmp_path: Path) -> None:
    paths = iter([tmp_path / "ours.csv", tmp_path / "keras.csv"])
    both(lambda k: [k.CSVLogger(str(next(paths)))], epochs=3)
    ours, reference = (list(csv.reader((tmp_path / name).open(newline=""))) for name in ("ours.csv", "keras.csv"))
    assert ours[0] == reference[0] == ["epoch", "loss", "mae", "val_loss", "val_mae"]
    for a, b in zip(ours[1:], reference[1:], strict=True):
        np.testing.assert_allclose([float(v) for v in a], [float(v) for v in b], rtol=1e-4)


def test_swap_ema_weights(both: Any) -> None:
    for swap_on_epoch in (False, True):
        (ours, a, _), (reference, b, _) = both(
            lambda k: [k.SwapEMAWeights(swap_on_epoch=swap_on_epoch)],  # noqa: B023
            lambda o: o.SGD(0.05, use_ema=True, ema_momentum=0.9),
            epochs=4,
        )
        np.testing.assert_allclose(a.history["val_loss"], b.history["val_loss"], rtol=1e-4)
        for x, y in zip(ours.get_weights(), reference.get_weights(), strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-3, atol=1e-5)


def test_hooks_come_in_the_same_order(both: Any) -> None:
    logs: list[list[Any]] = []

    def recorder(room: Any) -> Any:
        calls: list[Any] = []
        logs.append(calls)

        class Recorder(room.Callback):  # type: ignore[misc, name-defined]
            pass

        def hook(name: str) -> Any:
            def call(self: Any, *args: Any, **kwargs: Any) -> None:
                found = kwargs.get("logs", args[-1] if args else None)
                number = args[0] if args and isinstance(args[0], int) else None
                calls.append((name, number, sorted(found or {})))

            return call

        for when in ("begin", "end"):
            for what in ("train", "epoch", "train_batch", "test", "test_batch"):
                setattr(Recorder, f"on_{what}_{when}", hook(f"on_{what}_{when}"))
        return [Recorder()]

    both(recorder, epochs=2, batch_size=32)
    ours, expected = logs
    assert [c[:2] for c in ours] == [c[:2] for c in expected]
    for a, b in zip(ours, expected, strict=True):
        assert a[2] == b[2], (a, b)


def test_parameters(both: Any) -> None:
    results = both(lambda k: [])
    assert results[0][1].params.items() >= results[1][1].params.items()


def test_checkpoints_are_saved_at_the_same_epochs(both: Any, tmp_path: Path) -> None:
    folders = iter([tmp_path / "ours", tmp_path / "keras"])

    def callbacks(room: Any) -> Any:
        folder = next(folders)
        folder.mkdir()
        return [
            room.ModelCheckpoint(
                str(folder / "{epoch:02d}-best.weights.h5"), save_best_only=True, save_weights_only=True, verbose=1
            ),
            room.ModelCheckpoint(str(folder / "{epoch}-{batch}.weights.h5"), save_weights_only=True, save_freq=11),
            room.ModelCheckpoint(str(folder / "last.keras"), monitor="val_mae", mode="max", save_best_only=True),
        ]

    (_, _, printed), (_, _, expected) = both(callbacks, lambda o: o.Adam(0.05))
    names = [sorted(p.name for p in (tmp_path / f).iterdir()) for f in ("ours", "keras")]
    assert names[0] == names[1]
    lines = [
        [line.replace("/ours/", "/keras/").split("improved")[0] for line in t.split("\n")] for t in (printed, expected)
    ]
    assert lines[0] == lines[1]
