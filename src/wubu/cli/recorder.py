"""The callback that fills the run folder while training goes on: a crash keeps every finished epoch."""

from __future__ import annotations

import csv
import math
import time
from typing import Any

from wubu.callbacks.base import Callback
from wubu.cli.interrupt import Interrupt
from wubu.cli.run_folder import RunFolder
from wubu.core.files import atomic_open


class Recorder(Callback):
    """Writes ``history.csv`` line by line and ``best.keras`` at each improvement.

    Args:
        run: the folder.
        monitor: the log that decides which epoch is the best; the lowest is.
        interrupt: training stops at the end of the epoch in which it was asked for.
    """

    state_attributes = ("history", "epochs", "best_epoch", "best_value", "best_weights", "seconds", "stopped")

    def __init__(self, run: RunFolder, monitor: str, interrupt: Interrupt) -> None:
        super().__init__()
        self.run = run
        self.monitor = monitor
        self.interrupt = interrupt
        self.history: dict[str, list[float]] = {}
        self.epochs = 0
        self.best_epoch: int | None = None
        self.best_value = math.inf
        self.best_weights: list[Any] | None = None
        self.seconds = 0.0
        self.stopped = False
        self._begin = time.perf_counter()

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add a line; keep the model if it is the best so far."""
        self.seconds = time.perf_counter() - self._begin
        values = {name: float(value) for name, value in (logs or {}).items()}
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        new = self.epochs == 0
        self.epochs = epoch + 1
        if new:
            self._write_history()
        else:
            with self.run.history.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file).writerow([self.epochs, *values.values()])
        value = values.get(self.monitor, math.nan)
        if value < self.best_value:
            self.best_value, self.best_epoch = value, self.epochs
            self.best_weights = self.model.get_weights()
            self.model.save(self.run.best)
        if self.interrupt.asked:
            self.model.stop_training = self.stopped = True

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on where an interrupted run was: lines of epochs that have to be run again go."""
        super().set_state(state)
        self._begin = time.perf_counter() - self.seconds
        if self.stopped:  # by Ctrl-C, which is over
            self.model.stop_training = self.stopped = False
        if self.epochs:
            self._write_history()

    def _write_history(self) -> None:
        with atomic_open(self.run.history, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["epoch", *self.history])
            for epoch, values in enumerate(zip(*self.history.values()), 1):
                writer.writerow([epoch, *values])

    def restore_best(self) -> None:
        """Give the model the weights of the best epoch; where the loss never was a number, keep the last."""
        if self.best_weights is None:
            self.model.save(self.run.best)
        else:
            self.model.set_weights(self.best_weights)
