"""Neighbouring elements as data sets of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.batching import checked_size
from wubu.data.dataset.node import Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import spec_of
from wubu.data.dataset.stream import Generated, Stream


class Window(Node):
    """Data sets of a few neighbouring elements each.

    Args:
        input: the elements.
        size: how many to a window.
        shift: how far apart windows begin; None is ``size``.
        stride: how far apart the elements of a window are.
        drop: leave out windows that are not full.
        wrap: makes a data set of a stage.
    """

    name = "window"

    def __init__(
        self,
        input: Node,
        size: int,
        shift: int | None,
        stride: int,
        drop: bool,
        wrap: Callable[[Node], Any],
    ) -> None:
        self.input, self.inputs = input, (input,)
        self.size, self.stride, self.drop = checked_size(size, "size"), checked_size(stride, "stride"), drop
        self.shift = self.size if shift is None else checked_size(shift, "shift")
        self.wrap = wrap

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)
        reach = (self.size - 1) * self.stride + 1

        def make() -> Iterator[Any]:
            buffer: list[Any] = []
            while True:
                buffer += source.some(reach - len(buffer))
                if not buffer or self.drop and len(buffer) < reach:
                    return
                yield self._window(buffer[:: self.stride])
                buffer = buffer[self.shift :]
                if self.shift > reach:
                    source.skip(self.shift - reach)

        return Generated(make, [source])

    def _window(self, found: list[Any]) -> Any:
        head = found[0]
        columns = zip(*(nest.flatten(e) for e in found))
        return nest.pack_sequence_as(head, [self.wrap(Listed(list(column))) for column in columns])

    def cardinality(self) -> int:
        count = self.input.cardinality()
        if count < 0:
            return count
        reach = (self.size - 1) * self.stride + 1
        if self.drop:
            return max(0, (count - reach) // self.shift + 1)
        return -(-count // self.shift)

    def spec(self) -> Any:
        return nest.map_structure(lambda s: self.wrap(Listed([], s)), self.input.spec())


class Listed(Node):
    """Elements in a list.

    Args:
        found: the elements.
        like: their spec, where there may be none.
    """

    name = "list"

    def __init__(self, found: list[Any], like: Any = None) -> None:
        self.found, self.like = found, like

    def open(self, run: Run) -> Stream:
        return Generated(lambda: (elements.copied(e) for e in self.found))

    def cardinality(self) -> int:
        return len(self.found)

    def spec(self) -> Any:
        return self.like if self.like is not None else spec_of(self.found[0])
