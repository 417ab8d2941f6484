"""Ctrl-C while training: the first one ends the epoch cleanly, the second one ends it now."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

import click


class Interrupt:
    """A ``with`` block in which the first Ctrl-C is noted and the second raises KeyboardInterrupt.

    Attributes:
        asked: whether Ctrl-C was pressed; whoever trains looks at it at the end of each epoch.

    Example::

        with Interrupt() as interrupt:
            model.fit(x, y, callbacks=[Recorder(run, "val_loss", interrupt)])
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: Any = None

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():  # only that one may set handlers
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        click.echo("\nStopping at the end of this epoch; press Ctrl-C again to stop now.", err=True)
