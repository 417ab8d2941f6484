"""Keeping elements after the first pass, in memory or in a file."""

from __future__ import annotations

import os
import threading
from typing import Any

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.cache_file import CacheReader, CacheWriter
from wubu.data.dataset.node import Node, Through
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import Table, TableStream, TensorTable
from wubu.errors import DataError

_END = object()


class Cache(Through):
    """Keep the elements of the first complete pass.

    Args:
        input: the elements.
        path: where to keep them; None for memory. Two files are made, ``path + ".data"`` and ``path + ".index"``.
    """

    name = "cache"

    def __init__(self, input: Node, path: str | None = None) -> None:
        super().__init__(input)
        self.path = path
        self._kept: Table | None = None
        self._lock = threading.Lock()

    def open(self, run: Run) -> Stream:
        table = self.table()
        if table is not None:
            return TableStream(table)
        source = self.input.open(run)
        if self.path is None:
            return FillStream(source, self._keep)
        writer = CacheWriter(self.path, None)
        return FillStream(source, lambda parts: writer.finish(), writer)

    def table(self) -> Table | None:
        with self._lock:
            if self._kept is None and self.path is not None and os.path.exists(self.path + ".index"):
                self._kept = CacheReader(self.path)
            return self._kept

    def _keep(self, parts: list[Any]) -> None:
        with self._lock:
            if self._kept is None:
                self._kept = kept_table(parts)

    def cardinality(self) -> int:
        table = self.table()
        return table.length if table is not None else super().cardinality()


def kept_table(parts: list[Any]) -> Table:
    """A table of stacked elements; of single ones where shapes differ.

    Args:
        parts: pairs of stacked elements and True, or of a single element and False.
    """
    if not parts:
        return ListTable([])
    if all(stacked for _, stacked in parts):
        return TensorTable(elements.join([p for p, _ in parts]))
    found = [e for p, stacked in parts for e in (_apart(p) if stacked else [p])]
    try:
        return TensorTable(elements.stack(found)) if len(nest.flatten(found[0])) else ListTable(found)
    except DataError:
        return ListTable(found)


def _apart(rows: Any) -> list[Any]:
    return [elements.row(rows, i) for i in range(elements.count_rows(rows))]


class ListTable(Table):
    """Elements of different shapes.

    Args:
        found: the elements.
    """

    bulk = False
    numeric = False

    def __init__(self, found: list[Any]) -> None:
        self.found = found
        self.length = len(found)

    def rows(self, index: Any) -> Any:
        numbers = range(index.start, min(index.stop, self.length)) if isinstance(index, slice) else index.tolist()
        return elements.stack([self.found[i] for i in numbers])

    def element(self, number: int) -> Any:
        return elements.copied(self.found[number])


class FillStream(Stream):
    """The first pass, whose elements are kept.

    Args:
        source: the elements.
        keep: called with all of them at the end.
        writer: where they go instead of memory.
    """

    def __init__(self, source: Stream, keep: Any, writer: CacheWriter | None = None) -> None:
        self._source, self._keep, self._writer = source, keep, writer
        self._parts: list[tuple[Any, bool]] = []
        self._done = False

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the input."""
        return self._source.bulk

    def __next__(self) -> Any:
        element = next(self._source, _END)
        if element is _END:
            self._finish()
            raise StopIteration
        self._add(element, False)
        return element

    def rows(self, count: int) -> Any:
        if not self._source.bulk:
            return super().rows(count)
        rows = self._source.rows(count)
        if rows is None:
            self._finish()
        else:
            self._add(rows, True)
        return rows

    def skip(self, count: int) -> int:
        done = 0
        while done < count and next(self, _END) is not _END:
            done += 1
        return done

    def _add(self, part: Any, stacked: bool) -> None:
        if self._done:
            return
        if self._writer is None:
            self._parts.append((elements.copied(part), stacked))
        else:
            for element in _apart(part) if stacked else [part]:
                self._writer.add(element)

    def _finish(self) -> None:
        if not self._done:
            self._done = True
            self._keep(self._parts)
            self._parts = []

    def origin(self) -> str | None:
        return self._source.origin()

    def close(self) -> None:
        if self._writer is not None and not self._done:
            self._writer.abandon()
        self._parts = []
        self._done = True
        self._source.close()
