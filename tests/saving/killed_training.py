"""Trains again and again, is killed at random moments, and says whether anything was lost.

    python killed_training.py FOLDER KILLS SEED

One process has everything imported and forks the trainings, so that a kill costs no start-up. Prints JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import wubu
from wubu.core.seeds import set_random_seed
from wubu.errors import WubuError

layers = wubu.layers
CHECKPOINTS = ("best.keras", "model.h5", "weights.weights.h5", "ckpt", "saved_model")


def network() -> Any:
    set_random_seed(3)
    model = wubu.Sequential(
        [
            wubu.Input((12,)),
            layers.Dense(32, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dropout(0.2, seed=11),
            layers.Dense(16, activation="tanh"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    schedule = wubu.optimizers.schedules.ExponentialDecay(0.01, 20, 0.9)
    model.compile(wubu.optimizers.Adam(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def data() -> tuple[np.ndarray, np.ndarray]:
    r = np.random.default_rng(0)
    x = r.normal(size=(200, 12)).astype("float32")
    return x, (x[:, 0] > 0).astype("int64") + (x[:, 1] > 0.5)


class Often(wubu.callbacks.Callback):
    """Writes every format after each epoch, over what stands there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.save(self.folder / "best.keras")
        self.model.save(self.folder / "model.h5")
        self.model.save_weights(self.folder / "weights.weights.h5")
        self.model.save_weights(self.folder / "ckpt")
        self.model.save(self.folder / "saved_model")


def train(folder: Path, name: str) -> None:
    """One training, resumed if there is something to resume; its end goes into a file."""
    model = network()
    callbacks = [
        wubu.callbacks.EarlyStopping("val_loss", patience=50, restore_best_weights=True),
        Often(folder),
        wubu.callbacks.BackupAndRestore(folder / f"backup-{name}", save_freq=2),
    ]
    history = model.fit(*data(), batch_size=16, epochs=12, validation_split=0.2, verbose=0, callbacks=callbacks)
    np.savez(folder / f"{name}.tmp.npz", *model.get_weights(), *[v.numpy() for v in model.optimizer.variables])
    (folder / f"{name}.json").write_text(json.dumps(history.history))
    os.replace(folder / f"{name}.tmp.npz", folder / f"{name}.npz")


def forked(folder: Path, name: str, delay: float | None) -> bool:
    """Run a training in a process of its own, killed after a delay; whether it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            train(folder, name)
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(3)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"a training failed: {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def unreadable(folder: Path, seen: set[str]) -> list[str]:
    """The checkpoints that were there once and cannot be read now."""
    lost = []
    for name in CHECKPOINTS:
        there = (folder / f"{name}.index").exists() if name == "ckpt" else (folder / name).exists()
        if there:
            seen.add(name)
        elif name not in seen:
            continue
        try:
            if name in ("ckpt", "weights.weights.h5"):
                network().load_weights(folder / name)
            else:
                wubu.saving.load_model(folder / name)
        except (WubuError, OSError) as error:
            lost.append(f"{name}: {error}")
    return lost


def main(folder: Path, kills: int, seed: int) -> None:
    warnings.simplefilter("ignore")
    dice = random.Random(seed)
    start = time.monotonic()
    forked(folder, "straight", None)
    whole = time.monotonic() - start
    done, lost, seen, ended = 0, [], set(), 0
    while done < kills:
        # mostly short, so that many kills fall into one training
        if forked(folder, "killed", dice.uniform(0.0, whole * dice.choice((0.1, 0.3, 0.6)))):
            ended += 1
            (folder / "killed.npz").rename(folder / f"ended-{ended}.npz")
            (folder / "killed.json").rename(folder / f"ended-{ended}.json")
            continue
        done += 1
        lost += unreadable(folder, seen)
    forked(folder, "killed", None)
    (folder / "killed.npz").rename(folder / f"ended-{ended + 1}.npz")
    (folder / "killed.json").rename(folder / f"ended-{ended + 1}.json")
    expected = np.load(folder / "straight.npz")
    history = (folder / "straight.json").read_text()
    different = []
    for i in range(1, ended + 2):
        found = np.load(folder / f"ended-{i}.npz")
        different += [f"{i}: {k}" for k in expected.files if not np.array_equal(expected[k], found[k])]
        if (folder / f"ended-{i}.json").read_text() != history:
            different.append(f"{i}: history")
    litter = [p.name for p in folder.iterdir() if p.name.endswith(".old")]
    print(json.dumps({"kills": done, "ends": ended + 1, "lost": lost, "different": different, "litter": litter}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
