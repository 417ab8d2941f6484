"""A look at pipelines that give nothing: after a minute it is said which stage is busy, with which element and how long.

``WUBU_WATCHDOG`` is the time in seconds, 60 unless it is set; 0 turns it off.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref

from wubu.data.dataset.run import Run

_DEFAULT_SECONDS = 60.0
_seconds: float | None = None
_watched: weakref.WeakSet[Waiting] = weakref.WeakSet()
_lock = threading.Lock()
_changed = threading.Event()
_thread: threading.Thread | None = None


def set_watchdog(seconds: float | None) -> None:
    """Choose after how many seconds without an element a pipeline is reported.

    Args:
        seconds: the time; 0 for never; None for what ``WUBU_WATCHDOG`` says, or 60.
    """
    global _seconds
    _seconds = None if seconds is None else float(seconds)
    _changed.set()


def limit() -> float:
    """The seconds without an element after which a pipeline is reported; infinite for never."""
    seconds = _seconds
    if seconds is None:
        try:
            seconds = float(os.environ.get("WUBU_WATCHDOG", "") or _DEFAULT_SECONDS)
        except ValueError:
            seconds = _DEFAULT_SECONDS
    return seconds if seconds > 0 else float("inf")


class Waiting:
    """Somebody who may be waiting for an element; within a ``with`` block of it, they are.

    Args:
        name: what to call the pipeline.
        run: what is going on in it, if that is known.
    """

    def __init__(self, name: str, run: Run | None = None) -> None:
        self.name, self.run = name, run
        self.since: float | None = None
        self.told = 0.0
        _watch(self)

    def __enter__(self) -> None:
        """From now on an element is waited for."""
        self.told = 0.0
        self.since = time.monotonic()

    def __exit__(self, *error: object) -> None:
        """It has come."""
        self.since = None

    def look(self, now: float, seconds: float) -> None:
        """Say something when it has been too long; each time after twice as long as before."""
        since = self.since
        if since is None or now - since < max(seconds, 2 * self.told):
            return
        self.told = now - since
        busy = self.run.oldest() if self.run is not None else None
        stage = self.name if busy is None else f"{busy[0]} (for {now - busy[1]:.0f} seconds)"
        print(
            f"wubu: the data pipeline has given nothing for {self.told:.0f} seconds. It is in: {stage}",
            file=sys.stderr,
            flush=True,
        )


def _watch(waiting: Waiting) -> None:
    global _thread
    with _lock:
        _watched.add(waiting)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_look_around, name="wubu-watchdog", daemon=True)
            _thread.start()


def _look_around() -> None:
    while True:
        seconds = limit()
        if _changed.wait(min(1.0, max(0.02, seconds / 10))):
            _changed.clear()
        with _lock:
            found = list(_watched)
            if not found:
                global _thread
                _thread = None
                return
        now = time.monotonic()
        for waiting in found:
            waiting.look(now, seconds)
        del found, waiting
