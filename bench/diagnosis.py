"""What the diagnosis at the end of ``fit`` costs: ``python -m bench.diagnosis`` prints the table of docs/callbacks.md."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import wubu
from bench.workloads import WORKLOADS
from wubu.diagnosis import after_training

_CASES = (("mlp", 1), ("mlp", 5), ("mlp", 20), ("cnn", 1), ("cnn", 3))


@contextmanager
def _timed() -> Iterator[list[float]]:
    """A block in which the seconds of each diagnosis are noted."""
    say, seconds = after_training.say, []

    def timed(*args: Any, **kwargs: Any) -> None:
        began = time.perf_counter()
        say(*args, **kwargs)
        seconds.append(time.perf_counter() - began)

    after_training.say = timed  # type: ignore[assignment]
    try:
        yield seconds
    finally:
        after_training.say = say


def measure(name: str, epochs: int, rounds: int) -> tuple[float, float]:
    """Seconds of a training, and of the diagnosis within it: the medians of some rounds."""
    workload = WORKLOADS[name]
    random = np.random.default_rng(0)
    count = workload.batch_size * min(workload.steps, 200 if name == "cnn" else workload.steps)
    x = random.random((count, *workload.shape), "float32")
    y = random.integers(0, workload.classes, count)
    trainings, looks = [], []
    model = workload.model(wubu)
    model.fit(x, y, batch_size=workload.batch_size, verbose=0)  # the program is made
    for _ in range(rounds):
        with _timed() as seconds, contextlib.redirect_stdout(io.StringIO()):
            began = time.perf_counter()
            model.fit(x, y, batch_size=workload.batch_size, epochs=epochs, validation_data=(x[:640], y[:640]), verbose=2)
            trainings.append(time.perf_counter() - began)
        looks.append(seconds[0])
    return float(np.median(trainings)), float(np.median(looks))


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print("| training | all of it | the diagnosis | share |")
    print("| --- | ---: | ---: | ---: |")
    for name, epochs in _CASES:
        training, look = measure(name, epochs, rounds)
        plural = "s" if epochs > 1 else ""
        print(f"| {name}, {epochs} epoch{plural} | {training:.2f} s | {look * 1e3:.1f} ms | {look / training:.2%} |")


if __name__ == "__main__":
    main()
