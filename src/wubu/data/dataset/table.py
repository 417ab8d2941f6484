"""Elements that can be had by their numbers, many at a time: what makes shuffles and batches of arrays cheap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.memory import empty
from wubu.data.dataset.stream import Stream
from wubu.data.source import rows as rows_of

Index = slice | torch.Tensor


class Table:
    """Base of tables.

    Attributes:
        length: the number of elements.
        bulk: whether many rows cost little more than one.
        numeric: whether every leaf is a tensor.
        together: how many rows are best asked for at a time.
    """

    length: int = 0
    bulk: bool = True
    numeric: bool = True
    together: int = 1

    def rows(self, index: Index) -> Any:
        """Elements stacked, as a copy.

        Args:
            index: a slice without a step, or a 1-D int64 tensor of numbers.
        """
        raise NotImplementedError

    def expect(self, index: Index) -> None:
        """Say which rows will be asked for after the next ones, to a table that can do something about it."""

    def element(self, number: int) -> Any:
        """One element, as a copy."""
        return elements.row(self.rows(slice(number, number + 1)), 0)

    def origin(self, number: int) -> str | None:
        """Where an element comes from, for messages."""
        return None


class TensorTable(Table):
    """Tensors and text along their first axis.

    Args:
        structure: leaves of one length.
    """

    def __init__(self, structure: Any) -> None:
        self.structure = structure
        self.length = elements.count_rows(structure)
        self.numeric = all(isinstance(leaf, torch.Tensor) for leaf in nest.flatten(structure))

    def rows(self, index: Index) -> Any:
        return nest.map_structure(lambda leaf: _gathered(leaf, index), self.structure)

    def element(self, number: int) -> Any:
        return elements.row(self.structure, number)


def _gathered(leaf: Any, index: Index) -> Any:
    """Rows of a leaf, as a copy."""
    if not isinstance(leaf, torch.Tensor) or leaf.device.type != "cpu" or not leaf.dim():
        found = rows_of(leaf, index)
        return found.clone() if isinstance(found, torch.Tensor) and isinstance(index, slice) else found
    if isinstance(index, slice):
        part = leaf[index]
        return empty(part.shape, part.dtype).copy_(part)
    return torch.index_select(leaf, 0, index, out=empty((len(index), *leaf.shape[1:]), leaf.dtype))


class PartTable(Table):
    """Every ``step``-th element of a table from ``start`` on.

    Args:
        table: the whole.
        start: the first.
        length: how many.
        step: how far apart.
    """

    def __init__(self, table: Table, start: int, length: int, step: int = 1) -> None:
        if isinstance(table, PartTable):  # a part of a part is a part of the whole
            start, step = table.start + start * table.step, step * table.step
            table = table.table
        self.table: Table = table
        self.start: int = start
        self.step: int = step
        self.length = max(0, length)
        self.numeric, self.together = table.numeric, table.together

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the whole."""
        return self.table.bulk

    def rows(self, index: Index) -> Any:
        if isinstance(index, slice):
            start, stop = index.start, min(index.stop, self.length)
            if self.step == 1:
                return self.table.rows(slice(self.start + start, self.start + stop))
            index = torch.arange(start, stop)
        return self.table.rows(index * self.step + self.start)

    def expect(self, index: Index) -> None:
        if isinstance(index, slice):
            index = torch.arange(index.start, min(index.stop, self.length))
        self.table.expect(index * self.step + self.start)

    def element(self, number: int) -> Any:
        return self.table.element(self.start + number * self.step)

    def origin(self, number: int) -> str | None:
        return self.table.origin(self.start + number * self.step)


class ZipTable(Table):
    """Tables side by side.

    Args:
        structure: a structure of tables.
        length: the shortest one's.
    """

    def __init__(self, structure: Any) -> None:
        self.structure = structure
        self._tables = nest.flatten(structure)
        self.length = min(t.length for t in self._tables)
        self.numeric = all(t.numeric for t in self._tables)
        self.together = max(t.together for t in self._tables)

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """When all of them are."""
        return all(t.bulk for t in self._tables)

    def rows(self, index: Index) -> Any:
        return nest.map_structure(lambda t: t.rows(index), self.structure)

    def element(self, number: int) -> Any:
        return nest.map_structure(lambda t: t.element(number), self.structure)

    def expect(self, index: Index) -> None:
        for table in self._tables:
            table.expect(index)

    def origin(self, number: int) -> str | None:
        return next((o for t in self._tables if (o := t.origin(number)) is not None), None)


class TableStream(Stream):
    """A pass over a table, in its own order or in another.

    Args:
        table: the elements.
        order: gives blocks of numbers, 1-D int64 tensors; None is the table's own order.
    """

    def __init__(self, table: Table, order: Iterator[torch.Tensor] | None = None) -> None:
        self._table, self._order = table, order
        self._block: torch.Tensor | None = None  # the numbers at hand
        self._at = 0
        self._last: int | None = None
        self._ready: list[tuple[int, Any]] = []  # numbers and elements, the next one last

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the table."""
        return self._table.bulk

    def __next__(self) -> Any:
        if not self._ready:
            index = self._take(self._table.together)
            if index is None:
                raise StopIteration
            numbers = list(range(index.start, index.stop)) if isinstance(index, slice) else index.tolist()
            if len(numbers) == 1:
                self._last = numbers[0]
                return self._table.element(numbers[0])
            rows = self._table.rows(index)
            self._ready = [(n, elements.row(rows, i)) for i, n in reversed(list(enumerate(numbers)))]
        self._last, found = self._ready.pop()
        return found

    def rows(self, count: int) -> Any:
        parts = []
        if self._ready:
            taken = [self._ready.pop()[1] for _ in range(min(count, len(self._ready)))]
            parts.append(elements.stack(taken))
            count -= len(taken)
        index = self._take(count) if count else None
        if index is not None:
            upcoming = self._peek(count)
            if upcoming is not None:
                self._table.expect(upcoming)
            parts.append(self._table.rows(index))
        return elements.join(parts) if parts else None

    def skip(self, count: int) -> int:
        done = min(count, len(self._ready))
        del self._ready[len(self._ready) - done :]
        while done < count:
            index = self._take(count - done)
            if index is None:
                break
            done += index.stop - index.start if isinstance(index, slice) else len(index)
        return done

    def origin(self) -> str | None:
        return None if self._last is None else self._table.origin(self._last)

    def _peek(self, count: int) -> Index | None:
        """The numbers that come next, as far as they are at hand."""
        if self._order is None:
            return slice(self._at, min(self._at + count, self._table.length))
        return None if self._block is None else self._block[self._at : self._at + count]

    def _take(self, count: int) -> Index | None:
        if self._order is None:
            start, self._at = self._at, min(self._at + count, self._table.length)
            return slice(start, self._at) if start < self._at else None
        parts: list[torch.Tensor] = []
        while count > 0:
            if self._block is None or self._at >= len(self._block):
                self._block, self._at = next(self._order, None), 0
                if self._block is None:
                    break
            part = self._block[self._at : self._at + count]
            parts.append(part)
            self._at += len(part)
            count -= len(part)
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else torch.cat(parts)
