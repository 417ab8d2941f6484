"""One pass over a data set: where its randomness comes from, and what is going on in it just now."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from wubu.data.dataset.philox import PhiloxStream, philox

if TYPE_CHECKING:
    from wubu.data.dataset.node import Node

# tf.data's seed of the program when none was set, so that a shuffle's own seed gives the same order there and here.
_DEFAULT_SEED = 87654321
_TORCH_DEFAULT_SEED = 67280421310721


class RandomNode:
    """What a node that draws random numbers keeps between passes.

    Args:
        seed: the user's seed, or None.
        again: whether every pass draws anew; else all passes are alike.
    """

    def __init__(self, seed: int | None, again: bool) -> None:
        self.seed, self.again = None if seed is None else int(seed), again
        self.drawn = 0  # how often a seed was taken, over all passes
        self.fixed: tuple[int, int] | None = None  # without a seed, when all passes are alike
        self.program = program_seed()
        self.lock = threading.Lock()

    def seeds(self, number: int) -> tuple[int, int]:
        """The seeds of draw ``number``, from the user's seed, as tf.data derives them."""
        assert self.seed is not None
        first, second = self.program, self.seed
        if not first and not second:
            second = 2**31 - 1
        if not self.again:
            return first, second
        one, other = philox(first, second, 2 * number, 2)
        return int(one), int(other)


def program_seed() -> int:
    """The seed that was set for the whole program (``set_random_seed``), or tf.data's when none was."""
    found = torch.initial_seed()
    return _DEFAULT_SEED if found == _TORCH_DEFAULT_SEED else found & 0xFFFFFFFFFFFFFFFF


class Run:
    """The context of one pass.

    Randomness without a seed of its own comes from one number that is drawn from torch's global generator when the
    pass begins, in the thread that begins it; whatever threads do later, ``set_random_seed`` gives the same pass again.

    Args:
        root: the node at the end of the pipeline.
        state: what ``state`` gave in a pass that is to be repeated.
    """

    def __init__(self, root: Node, state: dict[str, Any] | None = None) -> None:
        self.running: dict[int, list[tuple[str, float]]] = {}
        self.random = {i: n.random for i, n in enumerate(walk(root)) if n.random is not None}
        self._number = {id(r): i for i, r in self.random.items()}
        self._taken: dict[int, list[int]] = {i: [] for i in self.random}
        self._replay: dict[int, list[int]] = {}
        self._own: int | None = None
        if state is not None:
            self._own = state["seed"]
            self._replay = {int(i): list(taken) for i, taken in state["taken"].items() if int(i) in self.random}
            for i, (program, drawn, fixed) in state["nodes"].items():
                if int(i) in self.random:
                    node = self.random[int(i)]
                    node.program, node.drawn, node.fixed = program, drawn, None if fixed is None else tuple(fixed)
        elif any(r.seed is None for r in self.random.values()):
            self._own = fresh_seed()

    def state(self) -> dict[str, Any]:
        """What is needed to begin this pass again, as plain numbers."""
        return {
            "seed": self._own,
            "taken": {str(i): list(taken) for i, taken in self._taken.items()},
            "nodes": {
                str(i): [r.program, r.drawn, None if r.fixed is None else list(r.fixed)] for i, r in self.random.items()
            },
        }

    def seeds(self, random: RandomNode) -> tuple[int, int]:
        """Two seeds for a node that begins, or repeats, its part of the pass."""
        number = self._number.get(id(random))
        if random.seed is None:
            return self._unseeded(random, number)
        if not random.again:
            return random.seeds(0)
        with random.lock:
            replay = self._replay.get(number) if number is not None else None
            if replay:
                draw = replay.pop(0)
            else:
                draw = random.drawn
                random.drawn += 1
            if number is not None:
                self._taken[number].append(draw)
        return random.seeds(draw)

    def _unseeded(self, random: RandomNode, number: int | None) -> tuple[int, int]:
        with random.lock:
            if not random.again:
                if random.fixed is None:
                    random.fixed = (fresh_seed() if self._own is None else self._own, number or 0)
                return random.fixed
            if number is None or self._own is None:  # part of a data set that a function made during the pass
                return fresh_seed(), 0
            taken = self._taken[number]
            taken.append(len(taken))
            return self._own, number << 32 | len(taken)

    @contextmanager
    def doing(self, stage: str) -> Iterator[None]:
        """A block during which this thread is busy with a stage; the watchdog reads it."""
        stack = self.running.setdefault(threading.get_ident(), [])
        stack.append((stage, time.monotonic()))
        try:
            yield
        finally:
            stack.pop()

    def oldest(self) -> tuple[str, float] | None:
        """The innermost stage of the thread that has been busy longest, and since when."""
        busy = [stack[-1] for stack in list(self.running.values()) if stack]
        return min(busy, key=lambda entry: entry[1], default=None)


def fresh_seed() -> int:
    """A seed drawn from torch's global generator."""
    return int(torch.randint(0, 2**62, ()))


def stream_of(seeds: tuple[int, int]) -> PhiloxStream:
    """The random numbers of two seeds."""
    return PhiloxStream(*seeds)


def walk(root: Node) -> list[Node]:
    """All nodes of a pipeline, each once, in a fixed order."""
    found: list[Node] = []
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            found.append(node)
            waiting.extend(reversed(node.inputs))
    return found
