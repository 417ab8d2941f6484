"""A look at pipelines that give nothing: after a minute a warning says which stage is busy, and for how long."""

from __future__ import annotations

import threading
import time
import warnings
import weakref
from collections.abc import Iterator
from typing import Any

from wubu.data.dataset.run import Run

_seconds = 60.0
_watched: weakref.WeakSet[Waiting] = weakref.WeakSet()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def set_watchdog(seconds: float | None) -> None:
    """Choose after how many seconds without an element a pipeline is reported; None turns the reports off."""
    global _seconds
    _seconds = float("inf") if seconds is None else float(seconds)


class Waiting:
    """Somebody who may be waiting for an element.

    Args:
        name: what to call the pipeline.
        run: what is going on in it, if that is known.
    """

    def __init__(self, name: str, run: Run | None = None) -> None:
        self.name, self.run = name, run
        self.since: float | None = None
        self.told = 0.0
        _watch(self)

    def begin(self) -> None:
        """From now on an element is waited for."""
        self.told = 0.0
        self.since = time.monotonic()

    def end(self) -> None:
        """It has come."""
        self.since = None

    def look(self, now: float) -> None:
        """Warn when it has been too long; each time after twice as long as before."""
        since = self.since
        if since is None or now - since < max(_seconds, 2 * self.told):
            return
        self.told = now - since
        busy = self.run.oldest() if self.run is not None else None
        stage = self.name if busy is None else f"{busy[0]}, busy for {now - busy[1]:.0f} s"
        warnings.warn(
            f"The data pipeline has given nothing for {self.told:.0f} seconds. It is in: {stage}", stacklevel=2
        )


def watched(items: Any, name: str) -> Iterator[Any]:
    """Yield the items of an iterable, under the watchdog's eyes.

    Args:
        items: any iterable.
        name: what to call it in the warning.
    """
    waiting = Waiting(name)
    iterator = iter(items)
    try:
        while True:
            waiting.begin()
            try:
                item = next(iterator)
            except StopIteration:
                return
            finally:
                waiting.end()
            yield item
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()


def _watch(waiting: Waiting) -> None:
    global _thread
    with _lock:
        _watched.add(waiting)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_look_around, name="wubu-watchdog", daemon=True)
            _thread.start()


def _look_around() -> None:
    while True:
        time.sleep(min(1.0, max(0.02, _seconds / 10)))
        with _lock:
            found = list(_watched)
            if not found:
                global _thread
                _thread = None
                return
        now = time.monotonic()
        for waiting in found:
            waiting.look(now)
        del found
