"""How many threads a program runs with: small ones lose more by waking a second thread than they gain.

The first steps of a program are timed with all threads and with one, in turn, and the faster stays. Programs of dense
layers are also tried with all threads for MKL's products and one for everything else: a product of some hundred rows
gains from a second thread, the small operations around it do not. The trial is repeated now and then, since other programs
on the machine come and go: two threads that wait for one another suffer much more than one when they have to share the
cores. The steps of a trial are real ones; only the order of summation in a few kernels depends on the number.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from wubu.engine import openmp, settings

# Timed chunks per candidate, and how long one should last.
ROUNDS = 4
CHUNK_SECONDS = 4e-3
MOST_STEPS = 64
WAKING_STEPS = 2
# A step that may take this long on one thread is not tried on one: large operations gain from every thread.
LONGEST_TRIAL_SECONDS = 1.0
# Fewer threads must be this much faster to be chosen.
MARGIN = 0.97
# A candidate that takes so many times longer than the best is not tried any further.
CLEAR = 3.0
# The trial is repeated when this many times its length has passed, or sooner when steps take so much longer than the
# trial promised for another candidate: chunks of milliseconds can be lucky.
REST = 100
SHORT_REST = 10
BROKEN_PROMISE = 1.25


class Team(NamedTuple):
    """Numbers of threads: of torch's own operations, and of MKL's products."""

    operations: int
    products: int


@contextmanager
def threads(team: Team) -> Iterator[None]:
    """Run a block with these numbers of threads."""
    before = torch.get_num_threads()
    if team == (before, before):
        yield
        return
    torch.set_num_threads(team.products)
    if team.operations != team.products:
        openmp.set_operations_threads(team.operations)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class ThreadChoice:
    """Times a program's steps and decides.

    Args:
        device_type: where the program runs; only a CPU's programs are timed.
        multiplies: whether much of the program is products of matrices, and nothing of it is convolutions.

    Attributes:
        chosen: the numbers of threads; None during a trial.
        seconds: what a step took in the last trial, by candidate.
    """

    def __init__(self, device_type: str = "cpu", multiplies: bool = False) -> None:
        count = torch.get_num_threads()
        self._all = Team(count, count)
        self._fixed = count == 1 or device_type != "cpu" or not settings.current().autotune_threads
        self._teams = [self._all, Team(1, 1)]
        if multiplies and not self._fixed and openmp.can_split():
            self._teams.append(Team(1, count))
        self.chosen: Team | None = self._all if self._fixed else None
        self.seconds: dict[Team, float] = {}
        self._slow_starts = 0
        self._steps = dict.fromkeys(self._teams, 1)
        self._begin(warm_up=True)

    def _begin(self, warm_up: bool = False) -> None:
        """Start a trial."""
        self._warming = len(self._teams) if warm_up else 0
        self._plan = deque(self._teams * (ROUNDS + warm_up))
        self._cost = 0.0
        self._rest = 0.0
        self._chunks: dict[Team, list[float]] = {team: [] for team in self._teams}

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
            stop = min(total, at + self._steps[self._plan[0]])
            result = self._timed(at, stop, call)
            at = stop
        if at < total:
            assert self.chosen is not None
            begin = time.perf_counter()
            with threads(self.chosen):
                result = call(at, total)
            if not self._fixed:
                self._rested(total - at, time.perf_counter() - begin)
        return result

    def once(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Run one step, ``call(*arguments)``, with as little around it as there can be."""
        chosen = self.chosen  # another thread may begin a trial meanwhile
        if chosen is None:
            return self.run(1, lambda start, stop: call(*arguments))
        begin = time.perf_counter()
        with threads(chosen):
            result = call(*arguments)
        if not self._fixed:
            self._rested(1, time.perf_counter() - begin)
        return result

    def _rested(self, steps: int, elapsed: float) -> None:
        """So many seconds have passed since the trial; begin another one when it is time."""
        self._rest += elapsed
        if self._rest > self._pause(elapsed / steps) * self._cost:
            self.chosen = None
            self._begin()

    def _pause(self, seconds: float) -> int:
        """How many times a trial's length to rest, given what a step has just taken."""
        others = [promised for team, promised in self.seconds.items() if team != self.chosen]
        return SHORT_REST if seconds > BROKEN_PROMISE * min(others, default=float("inf")) else REST

    def _timed(self, start: int, stop: int, call: Callable[[int, int], Any]) -> Any:
        team = self._plan[0]
        with threads(team):
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
        if self._warming == len(self._teams) and seconds * self._all.operations > LONGEST_TRIAL_SECONDS:
            self._slow_starts += 1
            if self._slow_starts == 2:  # the first holds what libraries set up once
                self.chosen, self._fixed = self._all, True
            return result
        self._plan.popleft()
        if self._warming:  # caches are warmed
            self._warming -= 1
        else:
            self._chunks[team].append(seconds)
            self._steps[team] = max(1, min(MOST_STEPS, int(CHUNK_SECONDS / max(seconds, 1e-7))))
            self._decide()
        return result

    def _decide(self) -> None:
        """End the trial when all has been tried, or when only one candidate is left."""
        typical = {team: _typical(chunks) for team, chunks in self._chunks.items()}
        best = min(typical, key=typical.__getitem__)
        if not all(self._chunks.values()):
            return
        still = [team for team in self._teams if typical[team] < CLEAR * typical[best]]
        self._plan = deque(team for team in self._plan if team in still)
        if not self._plan or len(still) == 1:
            self.seconds = typical
            self.chosen = best if typical[best] < MARGIN * typical[self._all] else self._all


def _typical(seconds: list[float]) -> float:
    """The mean without the slowest, which another program may have caused; what is lucky only once counts for little."""
    kept = sorted(seconds)[: max(1, len(seconds) - 1)]
    return sum(kept) / len(kept) if kept else float("inf")
