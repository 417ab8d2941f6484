"""Cutting a source of batches into epochs, and epochs into runs of steps."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from wubu.core import nest
from wubu.data.source import Source
from wubu.errors import ArgumentError
from wubu.training import randomness
from wubu.training.execution import Execution

_END = object()


@dataclass
class Chunk:
    """Some steps that are run in one go.

    Attributes:
        begin: the number of the first in its epoch.
        count: how many there are.
    """

    begin: int
    count: int
    batches: list[Any] | None = None
    rows: tuple[Any, torch.Tensor, int, int] | None = None  # resident data, order, first step, batch size

    @property
    def last(self) -> int:
        """The number of the last step in its epoch."""
        return self.begin + self.count - 1

    def run(self, execution: Execution) -> Any:
        """Run the steps; what the last one returns."""
        if self.rows is not None:
            resident, order, first, batch_size = self.rows
            return execution.stepper.steps(resident, order, first, first + self.count, batch_size)
        outputs = None
        for batch in self.batches or ():
            outputs = execution.run(batch)
        return outputs


class Feed:
    """The steps of epoch after epoch.

    With ``steps`` an epoch has so many, and the next one goes on where it stopped; data that ends starts anew. Without,
    an epoch is one pass over the data.

    Args:
        source: where batches come from.
        steps: steps in an epoch.
        what: the name of the argument that ``steps`` came from, for messages.
    """

    def __init__(self, source: Source, steps: int | None = None, what: str = "steps_per_epoch") -> None:
        self.source, self.what = source, what
        self.steps_asked = checked_steps(steps, what)
        self._order: torch.Tensor | None = None
        self._iterator: Iterator[Any] | None = None
        self._taken = 0
        self._random: dict[str, Any] = {}
        self._warned = False
        self.exhausted = False
        self.last_batch: Any = None  # of a stream, for a look at it after training

    @property
    def steps(self) -> int | None:
        """Steps in an epoch; None when unknown."""
        return self.steps_asked or self.source.num_batches

    def ready(self) -> bool:
        """Whether there is anything left for another epoch; False only for generators that have ended."""
        if self.source.resident is not None or self.source.restarts or self.exhausted:
            return not self.exhausted
        if self._iterator is None:
            self._open_pass()
        assert self._iterator is not None
        first = next(self._iterator, _END)
        if first is _END:
            self.exhausted = True
            return False
        self._iterator = itertools.chain([first], self._iterator)
        return True

    def chunks(self, sizes: Iterator[int], begin: int = 0) -> Iterator[Chunk]:
        """The steps of the next epoch.

        Args:
            sizes: asked before each run of steps for how many it may be.
            begin: how many steps of it were made before an interruption.
        """
        return self._rows(sizes, begin) if self.source.resident is not None else self._batches(sizes, begin)

    def _rows(self, sizes: Iterator[int], begin: int) -> Iterator[Chunk]:
        source = self.source
        assert source.num_batches is not None and source.batch_size is not None
        total = self.steps_asked or source.num_batches
        while begin < total:
            if self._order is None or self._taken >= source.num_batches:
                if self._order is not None and begin:
                    self.say_restart(self._taken)
                self._open_pass()
            assert self._order is not None
            count = min(total - begin, source.num_batches - self._taken, next(sizes))
            at, self._taken = self._taken, self._taken + count
            yield Chunk(begin, count, rows=(source.resident, self._order, at, source.batch_size))
            begin += count
        if not self.steps_asked:
            self._order = None

    def _open_pass(self) -> None:
        self._random = randomness.state()
        self._taken = 0
        if self.source.resident is not None:
            self._order = self.source.order()
        else:
            self._iterator = iter(self.source.batches())

    # --- going on where an interrupted training was -----------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """How far into which pass over the data this is."""
        under_way = self._order is not None or self._iterator is not None
        if not under_way:
            return {"taken": None}
        return {"taken": self._taken, "random": self._random, "source": self.source.state()}

    def go_to(self, state: dict[str, Any]) -> None:
        """Go to what ``state`` gave: the same pass is drawn again, and what was taken of it is passed over."""
        self.stop()
        self._order = None
        if state["taken"] is None:
            return
        randomness.set_state(state["random"])
        self.source.go_to(state.get("source"))
        self._open_pass()
        if self._iterator is not None:
            self.source.skip(self._iterator, state["taken"])
        self._taken = state["taken"]

    def _batches(self, sizes: Iterator[int], begin: int) -> Iterator[Chunk]:
        try:
            while self.steps_asked is None or begin < self.steps_asked:
                size = max(1, next(sizes))
                if self.steps_asked:
                    size = min(size, self.steps_asked - begin)
                together = self._block(begin, size)
                if together is not None:
                    yield together
                    begin += together.count
                    continue
                batches = self._next(size, begin)
                if batches:
                    self.last_batch = batches[-1]
                    yield Chunk(begin, len(batches), batches=batches)
                begin += len(batches)
                if len(batches) < size:
                    break
        finally:
            if self.steps_asked is None:
                self.stop()

    def _block(self, begin: int, count: int) -> Chunk | None:
        """Several batches that the source has made together."""
        if self._iterator is None:
            self._open_pass()
        assert self._iterator is not None
        found = self.source.block(self._iterator, count)
        if found is None:
            return None
        rows, size = found
        total = len(next(leaf for leaf in nest.flatten(rows) if leaf is not None))
        self._taken += total // size
        self.last_batch = nest.map_structure(lambda leaf: None if leaf is None else leaf[total - size :], rows)
        return Chunk(begin, total // size, rows=(rows, torch.arange(total), 0, size))

    def _next(self, count: int, done: int) -> list[Any]:
        """Up to ``count`` batches, where ``done`` steps of the epoch have been made."""
        batches: list[Any] = []
        while len(batches) < count:
            if self._iterator is None:
                self._open_pass()
            assert self._iterator is not None
            batch = next(self._iterator, _END)
            if batch is not _END:
                batches.append(batch)
                self._taken += 1
                continue
            self.stop()
            if self.steps_asked is None or not self._taken:
                break
            if not self.source.restarts:
                self._say_end(done + len(batches))
                self.exhausted = True
                break
            if done + len(batches):
                self.say_restart(self._taken)
        return batches

    def stop(self) -> None:
        """Let go of a pass that is under way."""
        if self._iterator is not None and not isinstance(self._iterator, itertools.chain):
            close = getattr(self._iterator, "close", None)
            if close is not None:
                close()
        self._iterator = None

    def say_restart(self, taken: int) -> None:
        """Say that the data starts anew after so many batches: once, and only where a pass is too short for an epoch."""
        if not self._warned and taken < (self.steps_asked or 0):
            self._warned = True
            warnings.warn(
                f"The data has {taken} batches, fewer than {self.what}={self.steps_asked}: it starts anew within "
                "an epoch.",
                stacklevel=2,
            )

    def _say_end(self, steps: int) -> None:
        warnings.warn(
            f"Your input ran out of data after {steps} of {self.what}={self.steps_asked} steps; a generator cannot start "
            "anew. Try: a function that returns a new generator, or a PyDataset",
            stacklevel=2,
        )


def checked_steps(steps: Any, what: str) -> int | None:
    """Return a number of steps as an integer, or None; old programs divide and get a float."""
    if steps is None:
        return None
    if isinstance(steps, bool) or not math.isfinite(steps) or int(steps) < 1:
        raise ArgumentError(f"Expected {what} to be a positive integer. Received: {steps!r}")
    return int(steps)
