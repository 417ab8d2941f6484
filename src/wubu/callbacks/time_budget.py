"""Stopping in time."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from wubu.callbacks.base import Callback
from wubu.errors import ArgumentError


class TimeBudget(Callback):
    """Stops training cleanly before a deadline.

    Training ends within an epoch when time is up; with ``whole_epochs`` an epoch that would not end in time is not begun,
    going by the slowest one so far.

    Args:
        seconds: how long training may take.
        until: or the time at which it must have ended.
        whole_epochs: whether to end only between epochs.
        verbose: 1 prints when it stops.

    Example:
        >>> model.fit(x, y, epochs=1000, callbacks=[TimeBudget(minutes=30)])
    """

    sampled = True

    def __init__(
        self,
        seconds: float | None = None,
        *,
        minutes: float | None = None,
        hours: float | None = None,
        until: datetime | None = None,
        whole_epochs: bool = False,
        verbose: int = 1,
    ) -> None:
        super().__init__()
        if until is None and seconds is None and minutes is None and hours is None:
            raise ArgumentError("Expected seconds, minutes, hours or until. Received: none of them")
        total = (seconds or 0.0) + 60 * (minutes or 0.0) + 3600 * (hours or 0.0)
        if until is None and total <= 0:
            raise ArgumentError(f"Expected a positive time. Received: {total} seconds")
        self.seconds, self.until, self.whole_epochs, self.verbose = total, until, whole_epochs, verbose
        self.stopped_epoch: int | None = None
        self._deadline = 0.0
        self._epoch = 0
        self._epoch_began = 0.0
        self._slowest = 0.0

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        left = self.seconds
        if self.until is not None:
            left = (self.until - datetime.now(self.until.tzinfo)).total_seconds()
        self._deadline = time.monotonic() + left
        self._slowest, self.stopped_epoch = 0.0, None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Look at the clock."""
        self._epoch, self._epoch_began = epoch, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stop when time is up."""
        if not self.whole_epochs and time.monotonic() >= self._deadline:
            self._stop()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop when there is no time for another epoch."""
        now = time.monotonic()
        self._slowest = max(self._slowest, now - self._epoch_began)
        if now + (self._slowest if self.whole_epochs else 0.0) >= self._deadline:
            self._stop()

    def _stop(self) -> None:
        if self.stopped_epoch is None:
            self.stopped_epoch = self._epoch
            if self.verbose:
                print(f"\nEpoch {self._epoch + 1}: the time budget is used up")
        self.model.stop_training = True
