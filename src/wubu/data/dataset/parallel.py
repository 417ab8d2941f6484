"""Several calls of a function at a time, on a bounded pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from wubu.data.prefetch import mapped_ahead
from wubu.errors import ArgumentError

AUTOTUNE = -1
_MOST = 16  # threads; decoding scales no further, and each holds an element


def worker_count(parallel: int) -> int:
    """How many calls run at a time: so many, or one a processor core for ``AUTOTUNE``."""
    parallel = int(parallel)
    if parallel == AUTOTUNE:
        return max(1, min(_MOST, available_cores()))
    if parallel < 1:
        raise ArgumentError(f"Expected num_parallel_calls to be positive or AUTOTUNE. Received: {parallel}")
    return parallel


def available_cores() -> int:
    """The processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def mapped(
    function: Callable[[Any], Any], items: Iterable[Any], workers: int, ordered: bool = True, processes: bool = False
) -> Iterator[Any]:
    """Yield ``function(item)`` for each item, computed ahead by several workers.

    Args:
        function: what to compute.
        items: may have no end.
        workers: how many compute at a time; twice as many results wait at most.
        ordered: whether results come in the order of the items; else as they get ready.
        processes: whether the workers are processes.
    """
    if ordered or processes:
        return mapped_ahead(function, items, workers, 2 * workers, processes)
    return _as_completed(function, items, workers)


def _as_completed(function: Callable[[Any], Any], items: Iterable[Any], workers: int) -> Iterator[Any]:
    pool = ThreadPoolExecutor(workers, "wubu-map")
    waiting: set[Future[Any]] = set()
    remaining, more = iter(items), True
    try:
        while True:
            while more and len(waiting) < 2 * workers:
                try:
                    waiting.add(pool.submit(function, next(remaining)))
                except StopIteration:
                    more = False
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
