"""The last touches to elements, by functions of the library's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu.data.dataset.node import Node, Through
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream

Touch = Callable[[Any], Any]


class Finish(Through):
    """Apply a function of the library's own that works on any device, for one element as for many stacked.

    Args:
        input: the elements.
        touch: the function.
        like: what its results look like, from the input's spec.
    """

    name = "finish"

    def __init__(self, input: Node, touch: Touch, like: Callable[[Any], Any]) -> None:
        super().__init__(input)
        self.touch, self.like = touch, like

    def open(self, run: Run) -> Stream:
        return FinishStream(self.input.open(run), self.touch)

    def spec(self) -> Any:
        return self.like(self.input.spec())


class FinishStream(Stream):
    """A pass with last touches.

    Args:
        source: the elements.
        touch: the function.
    """

    def __init__(self, source: Stream, touch: Touch) -> None:
        self._source, self._touch = source, touch

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the input."""
        return self._source.bulk

    def __next__(self) -> Any:
        return self._touch(next(self._source))

    def rows(self, count: int) -> Any:
        rows = self._source.rows(count)
        return None if rows is None else self._touch(rows)

    def skip(self, count: int) -> int:
        return self._source.skip(count)

    def origin(self) -> str | None:
        return self._source.origin()

    def close(self) -> None:
        self._source.close()
