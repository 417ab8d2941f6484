"""Keeping the elements that a function of the user's says True for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.calls import checked_call, name_of
from wubu.data.dataset.node import Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.vectorize import Vectorized

_END = object()
_PATH_LIMIT = 4096


class Filter(Node):
    """Keep the elements that a function says True for.

    Args:
        input: the elements.
        predicate: takes an element, gives a truth value.
    """

    def __init__(self, input: Node, predicate: Callable[..., Any]) -> None:
        self.input, self.inputs = input, (input,)
        self.predicate = predicate
        self.name = f"filter({name_of(predicate)})"
        self.vectorized = Vectorized(self.call, predicate)

    def call(self, element: Any) -> torch.Tensor:
        """The truth value for one element, as a tensor."""
        found = elements.call_with(self.predicate, element)
        return found if isinstance(found, torch.Tensor) else torch.as_tensor(bool(found))

    def open(self, run: Run) -> Stream:
        return FilterStream(self, self.input.open(run), run)


class FilterStream(Stream):
    """A pass through a filter.

    Args:
        node: the filter.
        source: its input.
        run: the pass.
    """

    _BLOCK = 1024

    def __init__(self, node: Filter, source: Stream, run: Run) -> None:
        self._node, self._source, self._run = node, source, run
        self._number = 0
        self._left: Any = None  # elements of a block that were not asked for yet

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """While the function takes many at once."""
        return self._source.bulk and not self._node.vectorized.refused

    def _keep(self, element: Any, number: int) -> torch.Tensor:
        with self._run.doing(f"{self._node.name}, element {number}"), torch.no_grad():
            origin = self._source.origin()
            return checked_call(self._node.call, elements.copied(element), self._node.name, number, origin)

    def __next__(self) -> Any:
        if self._left is not None:
            found = elements.row(self._left, 0)
            rest = elements.count_rows(self._left) - 1
            self._left = elements.cut(self._left, 1, rest + 1) if rest else None
            return found
        for element in self._source:
            number, self._number = self._number, self._number + 1
            if bool(self._keep(element, number)):
                return element
        raise StopIteration

    def rows(self, count: int) -> Any:
        if not self.bulk and self._left is None:
            return super().rows(count)
        parts, wanted = [], count
        while wanted > 0:
            if self._left is None and not self._more(max(count, self._BLOCK)):
                break
            if self._left is None:
                continue
            have = elements.count_rows(self._left)
            parts.append(elements.cut(self._left, 0, wanted))
            self._left = elements.cut(self._left, wanted, have) if have > wanted else None
            wanted -= min(have, wanted)
        return elements.join(parts) if parts else None

    def _more(self, count: int) -> bool:
        """Filter another block; whether there was one."""
        rows = self._source.rows(count)
        if rows is None:
            return False
        first, have = self._number, elements.count_rows(rows)
        self._number += have

        def one(element: Any, place: int) -> Any:
            return self._keep(element, first + place)

        mask = self._node.vectorized(rows, one)
        if mask is None:
            mask = torch.stack([one(elements.row(rows, i), i).reshape(()) for i in range(have)])
        keep = torch.nonzero(mask.reshape(have))[:, 0]
        if len(keep):
            self._left = nest.map_structure(lambda leaf: elements.picked(leaf, keep), rows)
        return True

    def origin(self) -> str | None:
        return self._source.origin()

    def close(self) -> None:
        self._source.close()
