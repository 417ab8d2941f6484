"""Data sets made from elements, one after another or in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.data.dataset.calls import checked_call, name_of
from wubu.data.dataset.node import UNKNOWN, Node
from wubu.data.dataset.parallel import worker_count
from wubu.data.dataset.prefetching import PrefetchStream
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Generated, Stream
from wubu.errors import EmptyDataError

_END = object()


class Interleave(Node):
    """Take elements in turns from data sets that a function makes.

    Args:
        input: the elements that data sets are made from.
        function: takes an element, gives a stage.
        cycle: how many data sets are open at a time.
        block: how many elements come from one before it is the next one's turn.
        parallel: how many are read ahead, each in a thread of its own; None for none.
        user: the user's function, for messages.
    """

    def __init__(
        self,
        input: Node,
        function: Callable[[Any], Node],
        cycle: int,
        block: int = 1,
        parallel: int | None = None,
        user: Any = None,
    ) -> None:
        self.input, self.inputs = input, (input,)
        self.function, self.cycle, self.block = function, cycle, block
        self.parallel = 0 if parallel is None else worker_count(parallel)
        self.name = f"{'flat_map' if cycle == 1 else 'interleave'}({name_of(user or function)})"

    def open(self, run: Run) -> Stream:
        return InterleaveStream(self, self.input.open(run), run)

    def made_from(self, element: Any, number: int, origin: str | None) -> Node:
        """The stage for one element."""
        with torch.no_grad():
            return checked_call(self.function, element, self.name, number, origin)

    def cardinality(self) -> int:
        return 0 if self.input.cardinality() == 0 else UNKNOWN

    def spec(self) -> Any:
        stream = self.input.open(Run(self))
        try:
            return self.made_from(next(stream), 0, None).spec()
        except StopIteration:
            raise EmptyDataError("Expected at least one element to see what they are like. Received: none") from None
        finally:
            stream.close()


class InterleaveStream(Stream):
    """A pass over data sets in turns.

    Args:
        node: how.
        source: the elements that data sets are made from.
        run: the context.
    """

    def __init__(self, node: Interleave, source: Stream, run: Run) -> None:
        self._source, self._open = source, []  # type: ignore[var-annotated]
        self._origin: str | None = None
        self._pass = Generated(lambda: self._run(node, source, run))

    def __next__(self) -> Any:
        return next(self._pass)

    def _run(self, node: Interleave, source: Stream, run: Run) -> Iterator[Any]:
        slots: list[Stream | None] = [None] * node.cycle
        self._open = slots
        at = given = number = 0
        ended = False
        while not ended or any(slots):
            stream = slots[at]
            if stream is not None:
                found = next(stream, _END)
                if found is _END:
                    stream.close()
                    slots[at] = None
                    at, given = (at + 1) % node.cycle, 0
                    continue
                self._origin = stream.origin()
                yield found
                given += 1
                if given == node.block:
                    at, given = (at + 1) % node.cycle, 0
            elif not ended:
                element = next(source, _END)
                if element is _END:
                    ended = True
                    continue
                made = node.made_from(element, number, source.origin()).open(run)
                number += 1
                slots[at] = PrefetchStream(made, 2 * node.block, run, node.name) if node.parallel else made
            else:
                at, given = (at + 1) % node.cycle, 0

    def origin(self) -> str | None:
        return self._origin

    def close(self) -> None:
        self._pass.close()
        for stream in self._open:
            if stream is not None:
                stream.close()
        self._source.close()
