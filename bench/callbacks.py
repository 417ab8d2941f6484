"""What callbacks cost: ``python -m bench.callbacks`` prints the table of docs/callbacks.md.

The workload is ``mlp``. Runs with and without callbacks take turns, and the fastest epoch of each counts, so that other
work on the machine falls on all of them alike.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import wubu
from bench.workloads import WORKLOADS

_EPOCHS = 4


class _Counts(wubu.callbacks.Callback):
    """A user's callback that does next to nothing after each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count."""
        self.batches += 1


class _Looks(_Counts):
    """One that looks at the loss after each batch."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look."""
        self.batches += logs["loss"] > 0


class _Sampled(_Looks):
    """The same, content with a few looks a second."""

    sampled = True


def _three(folder: Path) -> list[Any]:
    return [
        wubu.callbacks.EarlyStopping("loss", patience=100, restore_best_weights=True),
        wubu.callbacks.ModelCheckpoint(str(folder / "best.keras"), monitor="loss", save_best_only=True),
        wubu.callbacks.TensorBoard(str(folder / "logs")),
    ]


CASES: dict[str, Callable[[Path], list[Any]]] = {
    "none": lambda folder: [],
    "`EarlyStopping`": lambda folder: _three(folder)[:1],
    "`ModelCheckpoint`, a file an epoch": lambda folder: _three(folder)[1:2],
    "`TensorBoard`": lambda folder: _three(folder)[2:],
    "all three": _three,
    "all three, and one of the user's with `sampled = True`": lambda folder: [*_three(folder), _Sampled()],
    "one of the user's at every batch, that counts": lambda folder: [_Counts()],
    "one of the user's at every batch, that looks at `logs`": lambda folder: [_Looks()],
    "all three, and one of the user's at every batch": lambda folder: [*_three(folder), _Counts()],
}


def measure(rounds: int = 3) -> dict[str, float]:
    """Seconds of an epoch with each case's callbacks, and all that they do between epochs."""
    workload = WORKLOADS["mlp"]
    random = np.random.default_rng(0)
    rows = workload.batch_size * workload.steps
    x = random.random((rows, *workload.shape), "float32")
    y = random.integers(0, workload.classes, rows)
    best = dict.fromkeys(CASES, float("inf"))
    for _ in range(rounds):
        for name, make in CASES.items():
            with tempfile.TemporaryDirectory() as folder:
                model = workload.model(wubu)
                model.fit(x, y, batch_size=workload.batch_size, verbose=0)  # the program is made
                callbacks = make(Path(folder))
                began = time.perf_counter()
                model.fit(x, y, batch_size=workload.batch_size, epochs=_EPOCHS, verbose=0, callbacks=callbacks)
                best[name] = min(best[name], (time.perf_counter() - began) / _EPOCHS)
    return best


def main() -> None:
    """Print the table."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    workload = WORKLOADS["mlp"]
    print("| callbacks | an epoch | more than without | a batch |")
    print("| --- | ---: | ---: | ---: |")
    for name, seconds in found.items():
        more = seconds - found["none"]
        print(
            f"| {name} | {seconds * 1e3:.0f} ms | {more / found['none']:+.1%} | {more / workload.steps * 1e6:+.1f} µs |"
        )


if __name__ == "__main__":
    main()
