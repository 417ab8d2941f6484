"""A stage of a pipeline: what a data set is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu.data.dataset.run import RandomNode, Run
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import Table, TableStream

INFINITE, UNKNOWN = -1, -2


class Node:
    """Base of stages. A stage is a description; ``open`` begins a pass.

    Attributes:
        inputs: the stages that it reads from.
        random: what it keeps between passes when it draws random numbers.
        name: what to call it in messages, such as ``"shuffle"``.
        compact: a stage of the same elements in a smaller form, and a function that makes them whole on any device; for
            whoever moves them to another one first.
    """

    inputs: tuple[Node, ...] = ()
    random: RandomNode | None = None
    name: str = "data set"
    compact: tuple[Node, Callable[[Any], Any]] | None = None

    def open(self, run: Run) -> Stream:
        """Begin a pass."""
        table = self.table()
        if table is None:
            raise NotImplementedError(type(self).__name__)
        return TableStream(table)

    def table(self) -> Table | None:
        """The elements by their numbers, where they can be had in any order; else None."""
        return None

    def cardinality(self) -> int:
        """The number of elements; ``INFINITE`` or ``UNKNOWN``."""
        return UNKNOWN

    def spec(self) -> Any:
        """What elements look like, a structure of ``TensorSpec``."""
        return self.inputs[0].spec()


class Through(Node):
    """A stage with one input, of as many elements.

    Args:
        input: the stage that it reads from.
    """

    def __init__(self, input: Node) -> None:
        self.input = input
        self.inputs = (input,)

    def cardinality(self) -> int:
        """That of the input."""
        return self.input.cardinality()
