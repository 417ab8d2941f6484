"""The callback that fills the run folder while training goes on: a crash keeps every finished epoch."""

from __future__ import annotations

import csv
import math
from typing import Any

from wubu.callbacks import Callback
from wubu.cli.run_folder import RunFolder


class Recorder(Callback):
    """Writes ``history.csv`` line by line and ``best.keras`` at each improvement.

    Args:
        run: the folder.
        monitor: the log that decides which epoch is the best; the lowest is.
    """

    def __init__(self, run: RunFolder, monitor: str) -> None:
        super().__init__()
        self.run = run
        self.monitor = monitor
        self.history: dict[str, list[float]] = {}
        self.epochs = 0
        self.best_epoch: int | None = None
        self.best_value = math.inf
        self.best_weights: list[Any] | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add a line; keep the model if it is the best so far."""
        values = {name: float(value) for name, value in (logs or {}).items()}
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        new = self.epochs == 0
        self.epochs = epoch + 1
        with self.run.history.open("w" if new else "a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(["epoch", *values])
            writer.writerow([self.epochs, *values.values()])
        value = values.get(self.monitor, math.nan)
        if value < self.best_value:
            self.best_value, self.best_epoch = value, self.epochs
            self.best_weights = self.model.get_weights()
            self.model.save(self.run.best)
