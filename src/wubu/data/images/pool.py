"""The threads that decode pictures: as many as there are processor cores, shared by all data sets."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from wubu.data.dataset.parallel import available_cores

_lock = threading.Lock()
_pool: tuple[int, ThreadPoolExecutor] | None = None
_PIECES = 4  # for each thread, so that one with easy pictures takes over from the others


def each(function: Callable[[Any], None], items: Sequence[Any], parallel: bool = True) -> None:
    """Call ``function(item)`` for all items, several at a time.

    Args:
        function: what to do.
        items: its arguments.
        parallel: False for work so small that threads would wait for one another longer than they work.

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
        for future in waiting:
            future.result()
    finally:
        for future in waiting:
            future.cancel()


def put(made: np.ndarray, picture: np.ndarray) -> None:
    """Copy a picture into its place; a grey one fills all channels."""
    if picture.shape == made.shape or made.ndim < 3 or picture.shape[:-1] != made.shape[:-1]:
        made[...] = picture
        return
    for channel in range(made.shape[-1]):  # four times as quick as one assignment
        made[..., channel] = picture[..., 0]


def _threads(workers: int) -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None or _pool[0] != os.getpid():  # threads do not survive a fork
            _pool = (os.getpid(), ThreadPoolExecutor(workers, "wubu-decode"))
        return _pool[1]
