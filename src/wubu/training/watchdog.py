"""A look at trainings that hang: when no step has ended for a while, it is said what they wait for.

``WUBU_WATCHDOG`` is the time in seconds, 60 unless it is set; 0 turns it off. While steps end in time it costs an addition
per run of steps: a thread of its own wakes up a few times a minute and looks at the count. What a training waits for is
read from the stack of its thread, so nothing has to be noted on the way.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from wubu.data.dataset import watchdog as of_pipelines

_DEFAULT_SECONDS = 60.0
_FRAMES = 12
_WORKERS = ("wubu-prefetch", "wubu-map", "wubu-decode")
_lock = threading.Condition()
_watches: dict[int, Watch] = {}
_thread: threading.Thread | None = None
_pause = 5.0  # seconds between two looks
_seconds: float | None = None


def set_watchdog(seconds: float | None) -> None:
    """Choose after how long without the end of a step a training, and without an element a data pipeline, is reported.

    Args:
        seconds: the time; 0 for never; None for what ``WUBU_WATCHDOG`` says, or 60.
    """
    global _seconds
    _seconds = None if seconds is None else float(seconds)
    of_pipelines.set_watchdog(limit() or None)


def limit() -> float:
    """The seconds without the end of a step after which a training is reported; 0 for never."""
    if _seconds is not None:
        return _seconds
    try:
        return max(0.0, float(os.environ.get("WUBU_WATCHDOG", "") or _DEFAULT_SECONDS))
    except ValueError:
        return _DEFAULT_SECONDS


class Watch:
    """One training under way.

    Attributes:
        steps: how many have ended; the training adds to it.
    """

    def __init__(self, what: str, seconds: float) -> None:
        self.what, self.seconds = what, seconds
        self.thread = threading.get_ident()
        self.steps = 0
        self._seen = 0
        self._since = time.monotonic()
        self._patience = seconds

    def look(self, now: float) -> str | None:
        """What there is to say, if anything: once, and again after twice the time."""
        if self.steps != self._seen:
            self._seen, self._since, self._patience = self.steps, now, self.seconds
            return None
        waited = now - self._since
        frame = sys._current_frames().get(self.thread)
        if waited < self._patience or frame is None:
            return None
        self._patience = 2 * waited
        where = stage(frame)
        counted = f"after {self.steps:,} steps, " if self.steps else ""
        told = f"wubu: {counted}no step of {self.what} has ended for {waited:.0f} seconds. It waits for: {where}\n"
        told += _stack(frame)
        return told + _stacks_of_workers() if where.startswith("data") else told


@contextmanager
def watching(what: str) -> Iterator[Watch]:
    """A block in which steps are expected to end; within another one on the same thread it is part of that.

    Args:
        what: ``"fit"``, ``"evaluate"`` or ``"predict"``.
    """
    identity, seconds = threading.get_ident(), limit()
    outer = _watches.get(identity)
    if outer is not None or not seconds:
        yield outer or Watch(what, 0.0)
        return
    watch = Watch(what, seconds)
    with _lock:
        _watches[identity] = watch
        _ensure_thread()
        if seconds / 10 < _pause:  # the thread would sleep too long
            _lock.notify()
    try:
        yield watch
    finally:
        with _lock:
            _watches.pop(identity, None)


def stage(frame: FrameType | None) -> str:
    """What the thread of a frame is busy with: data, transfer, step, callback, or what lies between."""
    found, callback, transfer = "", "", False
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    for frame in reversed(frames):  # from the outermost call inwards
        path, name = frame.f_code.co_filename.replace(os.sep, "/"), frame.f_code.co_name
        if path.endswith("wubu/callbacks/runner.py") and name == "_call" and not callback:
            known = frame.f_locals
            callback = f"callback {type(known.get('callback')).__name__}, in {known.get('hook')}"
        elif path.endswith("wubu/data/source.py") and name == "to_device":
            transfer = True
        elif path.endswith("wubu/training/execution.py") or "wubu/engine/" in path:
            found = "step (the model's own computation, or the capture of its program)"
        elif path.endswith("wubu/training/feed.py") or "wubu/data/" in path:
            found = "data (the next batch)" if name != "run" else found
    if callback:
        return callback
    return "transfer (of a batch to the device)" if transfer else found or "what happens between steps"


def _stack(frame: FrameType) -> str:
    lines = traceback.format_stack(frame)
    left_out = f"  … {len(lines) - _FRAMES} outer calls\n" if len(lines) > _FRAMES else ""
    return left_out + "".join(lines[-_FRAMES:])


def _stacks_of_workers() -> str:
    """What the threads that prepare data are doing; those that wait for work are left out."""
    frames, told = sys._current_frames(), ""
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or -1)
        if frame is not None and thread.name.startswith(_WORKERS) and not _is_idle(frame):
            told += f"Thread {thread.name}:\n{_stack(frame)}"
    return told


def _is_idle(frame: FrameType) -> bool:
    return frame.f_code.co_name == "_worker" and "concurrent" in frame.f_code.co_filename


def _ensure_thread() -> None:
    global _thread
    if _thread is None or not _thread.is_alive():  # a forked process has none
        _thread = threading.Thread(target=_look_around, name="wubu-watchdog-of-fit", daemon=True)
        _thread.start()


def _look_around() -> None:
    global _thread, _pause
    idle = 0
    while True:
        with _lock:
            watches = list(_watches.values())
            idle = 0 if watches else idle + 1
            if idle > 2:  # short trainings in a row share one thread
                _thread = None
                return
            _pause = min([5.0, *(watch.seconds / 10 for watch in watches)])
        now = time.monotonic()
        for watch in watches:
            told = watch.look(now)
            if told is not None:
                print(told, file=sys.stderr, flush=True)
        with _lock:
            _lock.wait(_pause)
