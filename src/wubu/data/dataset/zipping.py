"""Data sets side by side, and elements with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.node import INFINITE, UNKNOWN, Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import TensorSpec
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import Table, ZipTable
from wubu.errors import ArgumentError

_END = object()


class Zip(Node):
    """Data sets side by side, as long as the shortest.

    Args:
        structure: a structure of stages.
    """

    name = "zip"

    def __init__(self, structure: Any) -> None:
        self.structure = structure
        self.inputs = tuple(nest.flatten(structure))
        if not self.inputs:
            raise ArgumentError("Expected data sets to zip. Received: none")

    def open(self, run: Run) -> Stream:
        return ZipStream(self.structure, [node.open(run) for node in self.inputs])

    def table(self) -> Table | None:
        tables = [node.table() for node in self.inputs]
        found = [t for t in tables if t is not None]
        return ZipTable(nest.pack_sequence_as(self.structure, found)) if len(found) == len(tables) else None

    def cardinality(self) -> int:
        counts = [node.cardinality() for node in self.inputs]
        if UNKNOWN in counts:
            return UNKNOWN
        return min((c for c in counts if c != INFINITE), default=INFINITE)

    def spec(self) -> Any:
        return nest.map_structure(lambda node: node.spec(), self.structure)


class ZipStream(Stream):
    """Passes side by side.

    Args:
        structure: the form of an element.
        sources: the passes.
    """

    def __init__(self, structure: Any, sources: Sequence[Stream]) -> None:
        self._structure, self._sources = structure, sources
        self._ended = False

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """When all inputs are."""
        return all(s.bulk for s in self._sources)

    def __next__(self) -> Any:
        if self._ended:
            raise StopIteration
        found = []
        for source in self._sources:
            part = next(source, _END)
            if part is _END:
                self._ended = True
                raise StopIteration
            found.append(part)
        return nest.pack_sequence_as(self._structure, found)

    def rows(self, count: int) -> Any:
        if not self.bulk:
            return super().rows(count)
        parts = []
        for source in self._sources:
            part = None if self._ended else source.rows(count)
            if part is None:
                self._ended = True
                return None
            parts.append(part)
        shortest = min(elements.count_rows(p) for p in parts)
        if shortest < count:
            self._ended = True
        return nest.pack_sequence_as(self._structure, [elements.cut(p, 0, shortest) for p in parts])

    def skip(self, count: int) -> int:
        done = min(source.skip(count) for source in self._sources)
        if done < count:
            self._ended = True
        return done

    def origin(self) -> str | None:
        return next((o for s in self._sources if (o := s.origin()) is not None), None)

    def close(self) -> None:
        for source in self._sources:
            source.close()


class Numbers(Node):
    """The numbers that ``enumerate`` gives elements: int64, from ``start`` on, without end.

    Args:
        start: the first.
    """

    name = "enumerate"

    def __init__(self, start: int = 0) -> None:
        self.start = int(start)

    def open(self, run: Run) -> Stream:
        return NumberStream(self.start)

    def table(self) -> Table | None:
        return NumberTable(self.start)

    def cardinality(self) -> int:
        return INFINITE

    def spec(self) -> Any:
        return TensorSpec((), torch.int64)


class NumberTable(Table):
    """Numbers by their numbers.

    Args:
        start: the first.
    """

    length = 1 << 62

    def __init__(self, start: int) -> None:
        self.start = start

    def rows(self, index: slice | torch.Tensor) -> torch.Tensor:
        if isinstance(index, slice):
            return torch.arange(index.start + self.start, index.stop + self.start)
        return index + self.start


class NumberStream(Stream):
    """Numbers one after another.

    Args:
        start: the first.
    """

    bulk = True

    def __init__(self, start: int) -> None:
        self._at = start

    def __next__(self) -> torch.Tensor:
        self._at += 1
        return torch.tensor(self._at - 1)

    def rows(self, count: int) -> torch.Tensor:
        self._at += count
        return torch.arange(self._at - count, self._at)

    def skip(self, count: int) -> int:
        self._at += count
        return count
