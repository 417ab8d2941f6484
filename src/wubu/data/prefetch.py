"""Preparing things ahead of their use, in order: the one who uses them seldom waits."""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

_END = object()


def prefetched(items: Iterable[Any], depth: int) -> Iterator[Any]:
    """Yield the items of an iterable that one thread runs ahead in.

    An exception in the iterable is raised where its item would have come. Closing the iterator ends the thread.

    Args:
        items: what to run ahead in.
        depth: by how many items.
    """
    ready: queue.Queue[Any] = queue.Queue(max(1, depth))
    stopped = threading.Event()

    def put(item: Any) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def run() -> None:
        try:
            for item in items:
                if not put((item, None)):
                    return
            put((_END, None))
        except BaseException as error:  # handed to the one who waits
            put((_END, error))

    thread = threading.Thread(target=run, name="wubu-prefetch", daemon=True)
    thread.start()
    try:
        while True:
            item, error = ready.get()
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        stopped.set()
        thread.join(timeout=5)


def mapped_ahead(
    function: Callable[[Any], Any], items: Iterable[Any], workers: int, depth: int, processes: bool = False
) -> Iterator[Any]:
    """Yield ``function(item)`` for each item, in order, computed ahead by several workers.

    Args:
        function: what to compute. With processes it is copied into each when they start.
        items: may have no end.
        workers: how many compute at a time.
        depth: how many results may wait.
        processes: whether the workers are processes rather than threads.
    """
    pool = _processes(function, workers) if processes else ThreadPoolExecutor(workers, "wubu-prefetch")
    waiting: deque[Future[Any]] = deque()
    remaining = iter(items)
    call = _call_in_process if processes else function
    try:
        while True:
            while len(waiting) < max(depth, workers):
                item = next(remaining, _END)
                if item is _END:
                    break
                waiting.append(pool.submit(call, item))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=not processes, cancel_futures=True)


_in_process: Callable[[Any], Any] | None = None


def _processes(function: Callable[[Any], Any], workers: int) -> Executor:
    # Forked workers get the function without pickling it; where there is no fork it has to be pickled.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, context, initializer=_start_process, initargs=(function,))


def _start_process(function: Callable[[Any], Any]) -> None:
    global _in_process
    _in_process = function


def _call_in_process(item: Any) -> Any:
    assert _in_process is not None
    return _in_process(item)
