"""Ctrl-C between steps rather than within one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """A ``with`` block in which Ctrl-C waits for the end of the steps under way.

    A second Ctrl-C does not wait. Where another handler has been set, or outside the main thread, nothing is changed.
    """

    def __init__(self) -> None:
        self._before: Any = None
        self._stepping = False
        self._pending = False

    def __enter__(self) -> Interrupts:
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._stepping and not self._pending:
            self._pending = True
            return
        raise KeyboardInterrupt

    @contextmanager
    def steps(self) -> Iterator[None]:
        """The block in which steps run; an interruption is raised at its end."""
        self._stepping = True
        try:
            yield
        finally:
            self._stepping = False
        if self._pending:
            self._pending = False
            raise KeyboardInterrupt
