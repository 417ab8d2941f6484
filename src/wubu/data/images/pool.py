"""The threads that decode pictures: as many as there are processor cores, shared by all data sets."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from wubu.data.dataset.parallel import available_cores

_lock = threading.Lock()
_pool: tuple[int, ThreadPoolExecutor] | None = None
_PIECES = 4  # for each thread, so that one with easy pictures takes over from the others


def each(
    function: Callable[[Any], None],
    items: Sequence[Any],
    parallel: bool = True,
    behind: Callable[[], None] | None = None,
) -> None:
    """Call ``function(item)`` for all items, several at a time.

    Args:
        function: what to do.
        items: its arguments.
        parallel: False for work so small that threads would wait for one another longer than they work.
        behind: called when all of it is in the queue; it may queue more, which nobody waits for. Not called where no
            threads are used.

    Raises:
        whatever the function raises for the first item that fails.
    """
    workers = available_cores()

    def work(start: int, stop: int) -> None:
        for i in range(start, stop):
            function(items[i])

    pieces = min(len(items), workers * _PIECES)
    if not parallel or workers == 1 or pieces < 2:
        work(0, len(items))
        return
    bounds = [len(items) * i // pieces for i in range(pieces + 1)]
    waiting = [_threads(workers).submit(work, a, b) for a, b in zip(bounds, bounds[1:])]
    try:
        if behind is not None:
            behind()
        for future in waiting:
            future.result()
    finally:
        for future in waiting:
            future.cancel()


def submit(function: Callable[[Any], Any], item: Any) -> Future[Any]:
    """Call ``function(item)`` in one of the threads, after what is in the queue."""
    return _threads(available_cores()).submit(function, item)


def put(made: np.ndarray, picture: np.ndarray, factor: float | None = None) -> None:
    """Copy a picture, or several, times a factor; a grey one fills all channels."""
    if factor is not None:
        np.multiply(picture, made.dtype.type(factor), out=made, dtype=made.dtype)  # in that type, and spread, at once
        return
    if picture.shape == made.shape or made.ndim < 3 or picture.shape[:-1] != made.shape[:-1]:
        made[...] = picture
        return
    for channel in range(made.shape[-1]):  # four times as quick as one assignment
        made[..., channel] = picture[..., 0]


def times(values: np.ndarray, dtype: Any, factor: float | None) -> np.ndarray:
    """Values times a factor, computed in a type of floats; without a factor as they are."""
    return values if factor is None else np.multiply(values, np.dtype(dtype).type(factor), dtype=dtype)


def _threads(workers: int) -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None or _pool[0] != os.getpid():  # threads do not survive a fork
            _pool = (os.getpid(), ThreadPoolExecutor(workers, "wubu-decode"))
        return _pool[1]
