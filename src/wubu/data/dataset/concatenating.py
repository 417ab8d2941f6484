"""Data sets behind one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.data.dataset import elements
from wubu.data.dataset.node import INFINITE, UNKNOWN, Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import merged_spec
from wubu.data.dataset.stream import Stream

_END = object()


class Concatenate(Node):
    """Data sets behind one another.

    Args:
        inputs: the stages.
    """

    name = "concatenate"

    def __init__(self, inputs: Sequence[Node]) -> None:
        self.inputs = tuple(inputs)
        specs = [node.spec() for node in self.inputs]
        self._spec = specs[0]
        for spec in specs[1:]:
            self._spec = merged_spec(self._spec, spec)

    def open(self, run: Run) -> Stream:
        return ConcatenatedStream(self.inputs, run)

    def cardinality(self) -> int:
        counts = [node.cardinality() for node in self.inputs]
        return INFINITE if INFINITE in counts else UNKNOWN if UNKNOWN in counts else sum(counts)

    def spec(self) -> Any:
        return self._spec


class ConcatenatedStream(Stream):
    """Passes behind one another.

    Args:
        nodes: what is passed over.
        run: the context.
    """

    def __init__(self, nodes: Sequence[Node], run: Run) -> None:
        self._nodes, self._run = list(nodes), run
        self._source: Stream | None = self._nodes.pop(0).open(run)

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the part that it is in."""
        return self._source is not None and self._source.bulk

    def _advance(self) -> None:
        assert self._source is not None
        self._source.close()
        self._source = self._nodes.pop(0).open(self._run) if self._nodes else None

    def __next__(self) -> Any:
        while self._source is not None:
            found = next(self._source, _END)
            if found is not _END:
                return found
            self._advance()
        raise StopIteration

    def rows(self, count: int) -> Any:
        parts = []
        while count > 0 and self._source is not None:
            part = self._source.rows(count)
            if part is None:
                self._advance()
            else:
                parts.append(part)
                count -= elements.count_rows(part)
        return elements.join(parts) if parts else None

    def skip(self, count: int) -> int:
        done = 0
        while done < count and self._source is not None:
            done += self._source.skip(count - done)
            if done < count:
                self._advance()
        return done

    def origin(self) -> str | None:
        return None if self._source is None else self._source.origin()

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
        self._nodes.clear()
        self._source = None
