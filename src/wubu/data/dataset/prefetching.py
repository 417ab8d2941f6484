"""Running ahead: elements are prepared in a thread while earlier ones are used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wubu.data.dataset.node import Node, Through
from wubu.data.dataset.parallel import AUTOTUNE
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import Table
from wubu.data.prefetch import prefetched

_AUTOMATIC = 2


class Prefetch(Through):
    """Run ahead by some elements.

    Elements that come in bulk are ready at once, and a thread would only cost; they pass through.

    Args:
        input: the elements.
        size: by how many; ``AUTOTUNE`` chooses.
    """

    name = "prefetch"

    def __init__(self, input: Node, size: int = AUTOTUNE) -> None:
        super().__init__(input)
        self.size = _AUTOMATIC if size == AUTOTUNE or size is None else int(size)
        if input.compact is not None:
            node, whole = input.compact
            self.compact = (Prefetch(node, size), whole)

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)
        return PrefetchStream(source, self.size, run, self.name) if self.size > 0 else source

    def table(self) -> Table | None:
        return self.input.table()


class PrefetchStream(Stream):
    """A pass in a thread that runs ahead.

    Args:
        source: the pass.
        size: by how many elements.
        run: the context.
        stage: what to call it while one waits.
    """

    def __init__(self, source: Stream, size: int, run: Run, stage: str) -> None:
        self._source, self._size, self._run, self._stage = source, size, run, stage
        self._ahead: Iterator[Any] | None = None
        self._origin: str | None = None

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the input, while no thread runs."""
        return self._ahead is None and self._source.bulk

    def __next__(self) -> Any:
        if self._ahead is None:
            if self._source.bulk:
                return next(self._source)
            self._ahead = prefetched(self._pairs(), self._size)
        found, self._origin = next(self._ahead)
        return found

    def _pairs(self) -> Iterator[tuple[Any, str | None]]:
        for element in self._source:
            yield element, self._source.origin()

    def rows(self, count: int) -> Any:
        return self._source.rows(count) if self.bulk else super().rows(count)

    def block(self, count: int) -> tuple[Any, int] | None:
        return self._source.block(count) if self.bulk else None

    def skip(self, count: int) -> int:
        return self._source.skip(count) if self._ahead is None else super().skip(count)

    def origin(self) -> str | None:
        return self._origin if self._ahead is not None else self._source.origin()

    def close(self) -> None:
        if self._ahead is not None:
            self._ahead.close()  # type: ignore[attr-defined]
        self._source.close()
