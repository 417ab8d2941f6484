"""How many threads a program runs with: small ones lose more by waking a second thread than they gain.

The first steps of a program are timed with all threads and with one, in turn, and the faster stays. The trial is
repeated now and then, since other programs on the machine come and go: two threads that wait for one another suffer
much more than one when they have to share the cores. The steps of a trial are real ones; only the order of summation in
a few kernels depends on the number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from wubu.engine import settings

# Timed chunks per candidate, and how long one should last.
ROUNDS = 4
CHUNK_SECONDS = 4e-3
MOST_STEPS = 64
WAKING_STEPS = 2
# A step that may take this long on one thread is not tried on one: large operations gain from every thread.
LONGEST_TRIAL_SECONDS = 1.0
# One thread must be this much faster to be chosen.
MARGIN = 0.97
# A number that takes so many times longer than the other is not tried any further.
CLEAR = 3.0
# The trial is repeated when this many times its length has passed, or sooner when steps take so much longer than the
# trial promised for the other number: chunks of milliseconds can be lucky.
REST = 100
SHORT_REST = 10
BROKEN_PROMISE = 1.25


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Run a block with a number of threads."""
    before = torch.get_num_threads()
    if count == before:
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class ThreadChoice:
    """Times a program's steps and decides.

    Args:
        device_type: where the program runs; only a CPU's programs are timed.

    Attributes:
        chosen: the number of threads; None during a trial.
        seconds: what a step took in the last trial, by number of threads.
    """

    def __init__(self, device_type: str = "cpu") -> None:
        self._all = torch.get_num_threads()
        self._fixed = self._all == 1 or device_type != "cpu" or not settings.current().autotune_threads
        self.chosen: int | None = self._all if self._fixed else None
        self.seconds: dict[int, float] = {}
        self._slow_starts = 0
        self._steps = {self._all: 1, 1: 1}
        self._begin(warm_up=2)

    def _begin(self, warm_up: int = 0) -> None:
        """Start a trial."""
        self._chunk = -warm_up
        self._cost = 0.0
        self._rest = 0.0
        self._chunks: dict[int, list[float]] = {self._all: [], 1: []}

    def run(self, total: int, call: Callable[[int, int], Any]) -> Any:
        """Run steps in one call, or in timed chunks during a trial.

        Args:
            total: how many steps.
            call: runs steps from one number up to another.

        Returns:
            What the last call returned.
        """
        at = 0
        result = None
        while self.chosen is None and at < total:
            stop = min(total, at + self._steps[self._candidate])
            result = self._timed(at, stop, call)
            at = stop
        if at < total:
            assert self.chosen is not None
            begin = time.perf_counter()
            with threads(self.chosen):
                result = call(at, total)
            elapsed = time.perf_counter() - begin
            self._rest += elapsed
            if not self._fixed and self._rest > self._pause(elapsed / (total - at)) * self._cost:
                self.chosen = None
                self._begin()
        return result

    def _pause(self, seconds: float) -> int:
        """How many times a trial's length to rest, given what a step has just taken."""
        other = self.seconds.get(1 if self.chosen != 1 else self._all, float("inf"))
        return SHORT_REST if seconds > BROKEN_PROMISE * other else REST

    @property
    def _candidate(self) -> int:
        """The number of threads of the next chunk."""
        return 1 if self._chunk % 2 else self._all

    def _timed(self, start: int, stop: int, call: Callable[[int, int], Any]) -> Any:
        count = self._candidate
        with threads(count):
            begin = time.perf_counter()
            if stop - start > WAKING_STEPS * 2:  # the first steps wake the other threads, which a long run does once
                call(start, start + WAKING_STEPS)
                self._cost += time.perf_counter() - begin
                start += WAKING_STEPS
            begin = time.perf_counter()
            result = call(start, stop)
        elapsed = time.perf_counter() - begin
        seconds = elapsed / (stop - start)
        self._cost += elapsed
        if self._chunk == -2 and seconds * self._all > LONGEST_TRIAL_SECONDS:
            self._slow_starts += 1
            if self._slow_starts == 2:  # the first holds what libraries set up once
                self.chosen, self._fixed = self._all, True
            return result
        if self._chunk >= 0:  # before that, caches were warmed
            self._chunks[count].append(seconds)
            self._steps[count] = max(1, min(MOST_STEPS, int(CHUNK_SECONDS / max(seconds, 1e-7))))
        self._chunk += 1
        one, every = _typical(self._chunks[1]), _typical(self._chunks[self._all])
        clear = self._chunk >= 2 and not every / CLEAR < one < every * CLEAR
        if clear or self._chunk == 2 * ROUNDS:
            self.seconds = {self._all: every, 1: one}
            self.chosen = 1 if one < MARGIN * every else self._all
        return result


def _typical(seconds: list[float]) -> float:
    """The mean without the slowest, which another program may have caused; what is lucky only once counts for little."""
    kept = sorted(seconds)[: max(1, len(seconds) - 1)]
    return sum(kept) / len(kept) if kept else float("inf")
