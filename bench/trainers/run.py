"""What a trainer is asked to do, and the clock it reports its epochs to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.contenders import Contender
from bench.data import Arrays
from bench.workloads import Workload


@dataclass
class Clock:
    """Notes when epochs end, and says when to stop.

    An epoch lasts from the end of the one before to its own, so that everything between epochs counts. The first is
    apart: it holds what is done once (compilation, capture, first allocations).

    Attributes:
        seconds: time for the epochs after the first.
        least: epochs after the first, whatever they take.
        most: epochs after the first, however quick.
        now: the time.
    """

    seconds: float = 6.0
    least: int = 2
    most: int = 30
    now: Callable[[], float] = time.perf_counter
    began: float = 0.0
    ends: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        """The most epochs that there can be."""
        return self.most + 1

    def begin(self) -> None:
        """Training begins."""
        self.began = self.now()

    def ended(self, loss: float, accuracy: float | None = None) -> bool:
        """An epoch has ended, with this loss and accuracy of validation; whether it was the last."""
        self.ends.append(self.now())
        self.losses.append(float(loss))
        if accuracy is not None:
            self.accuracies.append(float(accuracy))
        after = len(self.ends) - 1
        return after >= self.most or (after >= self.least and self.ends[-1] - self.ends[0] >= self.seconds)

    @property
    def first(self) -> float:
        """Seconds of the first epoch."""
        return self.ends[0] - self.began

    @property
    def durations(self) -> list[float]:
        """Seconds of each epoch after the first."""
        return [after - before for before, after in zip(self.ends, self.ends[1:])]


@dataclass
class Run:
    """One training.

    Attributes:
        contender: who trains.
        workload: what.
        clock: told of every epoch.
        train: rows and labels.
        valid: the same for validation, or None.
        bf16: compute in bfloat16, keep weights in float32.
        callbacks: a folder for checkpoints, early stopping and a plateau beside it; None for no callbacks.
    """

    contender: Contender
    workload: Workload
    clock: Clock
    train: Arrays
    valid: Arrays | None = None
    bf16: bool = False
    callbacks: str | None = None

    def start(self) -> None:
        """Train with the contender's own trainer."""
        import importlib

        trainer: Any = importlib.import_module(f"bench.trainers.{self.contender.trainer}")
        trainer.train(self)
