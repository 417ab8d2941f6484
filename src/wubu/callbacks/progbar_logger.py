"""The callback that prints progress."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from wubu.callbacks.base import Callback
from wubu.callbacks.progbar import Progbar


class ProgbarLogger(Callback):
    """Prints ``Epoch 1/5`` and the progress line; ``fit``, ``evaluate`` and ``predict`` add one by themselves.

    Args:
        count_mode, stateful_metrics: accepted for old programs.
    """

    sampled = True

    def __init__(self, count_mode: str | None = None, stateful_metrics: Iterable[str] | None = None) -> None:
        super().__init__()
        self.verbose = 1
        self.epochs = 1
        self.target: int | None = None
        self._bar: Progbar | None = None
        self._seen = 0
        self._training = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive how much to print, and how much there is to do."""
        super().set_params(params)
        verbose = params.get("verbose", 1)
        self.verbose = 1 if verbose == "auto" else int(verbose)
        self.epochs = params.get("epochs") or 1
        self.target = params.get("steps")

    def on_train_begin(self, logs: Any = None) -> None:
        """From now on evaluations are part of a training, and silent."""
        self._training = True

    def on_train_end(self, logs: Any = None) -> None:
        """Training is over; a line that stands open after an interruption is closed."""
        self._training = False
        if self._bar is not None and self._bar._last_width:
            sys.stdout.write("\n")
            sys.stdout.flush()
        self._bar = None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Print the epoch's number."""
        if self.verbose and self.epochs > 1:
            print(f"Epoch {epoch + 1}/{self.epochs}", flush=True)
        self._start()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Print the whole line."""
        self._finish(logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the bar."""
        self._move(batch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Start a line, unless this is a validation."""
        if not self._training:
            self._start()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the bar."""
        if not self._training:
            self._move(batch, logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Print the whole line."""
        if not self._training:
            self._finish(logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Start a line."""
        self._start()

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the bar; predictions are not shown."""
        self._move(batch, None)

    def on_predict_end(self, logs: Any = None) -> None:
        """Print the whole line."""
        self._finish(None)

    def _start(self) -> None:
        self._seen = 0
        self._bar = Progbar(self.target, verbose=self.verbose, stateless_metrics=())

    def _move(self, batch: int, logs: Any) -> None:
        self._seen = batch + 1
        # Looking at the logs waits for the device: only when they are about to be shown.
        if self._bar is not None and self._bar.due():
            self._bar.update(self._seen, list((logs or {}).items()), finalize=False)

    def _finish(self, logs: Any) -> None:
        if self._bar is None:
            return
        if self.target is None:
            self.target = self._bar.target = self._seen
        self._bar.update(self._seen or self.target, list((logs or {}).items()), finalize=True)
