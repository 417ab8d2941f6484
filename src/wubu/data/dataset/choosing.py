"""Elements of several data sets in turns that numbers or chance decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wubu.data.dataset.node import Node
from wubu.data.dataset.run import RandomNode, Run, stream_of
from wubu.data.dataset.spec import merged_spec
from wubu.data.dataset.stream import Generated, Stream
from wubu.errors import ArgumentError, DataError

_END = object()


class Choose(Node):
    """Elements of several data sets, in the order that numbers or chance give.

    Args:
        inputs: the data sets.
        choice: gives the number of the data set that is next; or None.
        weights: without ``choice``, how often each is drawn.
        seed: of the drawing.
        stop: end when one of them has ended; else go on with the others.
        again: whether each pass draws anew.
    """

    name = "choose_from_datasets"

    def __init__(
        self,
        inputs: Sequence[Node],
        choice: Node | None = None,
        weights: Sequence[float] | None = None,
        seed: int | None = None,
        stop: bool = True,
        again: bool = False,
    ) -> None:
        self.parts, self.choice, self.stop = tuple(inputs), choice, stop
        self.inputs = self.parts if choice is None else (*self.parts, choice)
        if choice is None:
            self.name = "sample_from_datasets"
            self.random = RandomNode(seed, again or seed is None)
        self.weights = [1.0] * len(self.parts) if weights is None else [float(w) for w in weights]
        if len(self.weights) != len(self.parts) or any(w < 0 for w in self.weights) or not sum(self.weights):
            raise ArgumentError(f"Expected a weight for each of {len(self.parts)} data sets. Received: {weights}")

    def open(self, run: Run) -> Stream:
        sources = [node.open(run) for node in self.parts]
        choice = None if self.choice is None else self.choice.open(run)
        numbers = None if self.random is None else stream_of(run.seeds(self.random))

        def make() -> Iterator[Any]:
            weights = list(self.weights)
            while any(weights):
                if choice is not None:
                    found = next(choice, None)
                    if found is None:
                        return
                    at = int(found)
                    if not 0 <= at < len(sources):
                        raise DataError(f"Expected numbers from 0 to {len(sources) - 1} as choices. Received: {at}")
                    if not weights[at]:
                        continue
                else:
                    assert numbers is not None
                    at = _drawn(weights, numbers.next() / 2**32)
                element = next(sources[at], _END)
                if element is not _END:
                    yield element
                elif self.stop:
                    return
                else:
                    weights[at] = 0.0

        return Generated(make, [*sources, *([choice] if choice is not None else [])])

    def spec(self) -> Any:
        found = self.parts[0].spec()
        for node in self.parts[1:]:
            found = merged_spec(found, node.spec())
        return found


def _drawn(weights: Sequence[float], uniform: float) -> int:
    target = uniform * sum(weights)
    for at, weight in enumerate(weights):
        target -= weight
        if target < 0:
            return at
    return max(i for i, w in enumerate(weights) if w)
