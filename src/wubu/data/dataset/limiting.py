"""Parts of a data set: take, skip, shard, take_while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.data.dataset import elements
from wubu.data.dataset.calls import checked_call, name_of
from wubu.data.dataset.node import INFINITE, UNKNOWN, Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Generated, Stream
from wubu.data.dataset.table import PartTable, Table, TableStream
from wubu.errors import ArgumentError

_END = object()


class Take(Node):
    """The first elements.

    Args:
        input: the elements.
        count: how many; negative for all.
    """

    name = "take"

    def __init__(self, input: Node, count: int) -> None:
        self.input, self.inputs = input, (input,)
        self.count = int(count)

    def open(self, run: Run) -> Stream:
        return TakeStream(self.input.open(run), self.count)

    def table(self) -> Table | None:
        table = self.input.table()
        if table is None or self.count < 0:
            return table
        return PartTable(table, 0, min(self.count, table.length))

    def cardinality(self) -> int:
        count = self.input.cardinality()
        if self.count < 0 or count == 0:
            return count
        if count == INFINITE or self.count == 0:
            return self.count
        return UNKNOWN if count == UNKNOWN else min(count, self.count)


class TakeStream(Stream):
    """A pass that ends early.

    Args:
        source: the elements.
        count: after how many; negative for never.
    """

    def __init__(self, source: Stream, count: int) -> None:
        self._source, self._left = source, count if count >= 0 else 1 << 62

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the input."""
        return self._source.bulk

    def __next__(self) -> Any:
        if self._left <= 0:
            raise StopIteration
        found = next(self._source)
        self._left -= 1
        if not self._left:
            self._source.close()  # whatever runs ahead may stop
        return found

    def rows(self, count: int) -> Any:
        count = min(count, self._left)
        if count <= 0:
            return None
        rows = self._source.rows(count)
        self._left -= count if rows is None else elements.count_rows(rows)
        return rows

    def block(self, count: int) -> tuple[Any, int] | None:
        found = self._source.block(min(count, self._left)) if self._left > 0 else None
        if found is not None:
            self._left -= elements.count_rows(found[0]) // found[1]
        return found

    def skip(self, count: int) -> int:
        done = self._source.skip(min(count, self._left))
        self._left -= done
        return done

    def origin(self) -> str | None:
        return self._source.origin()

    def close(self) -> None:
        self._source.close()


class Skip(Node):
    """All but the first elements.

    Args:
        input: the elements.
        count: how many to leave out; negative for all.
    """

    name = "skip"

    def __init__(self, input: Node, count: int) -> None:
        self.input, self.inputs = input, (input,)
        self.count = int(count)

    def open(self, run: Run) -> Stream:
        return TakeStream(self.input.open(run), 0) if self.count < 0 else SkipStream(self.input.open(run), self.count)

    def table(self) -> Table | None:
        table = self.input.table()
        if table is None:
            return None
        left_out = table.length if self.count < 0 else min(self.count, table.length)
        return PartTable(table, left_out, table.length - left_out)

    def cardinality(self) -> int:
        count = self.input.cardinality()
        return 0 if self.count < 0 else count if count < 0 else max(0, count - self.count)


class SkipStream(Stream):
    """A pass without its beginning.

    Args:
        source: the elements.
        count: how many to leave out.
    """

    def __init__(self, source: Stream, count: int) -> None:
        self._source, self._count = source, count

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """As the input."""
        return self._source.bulk

    def _begin(self) -> None:
        if self._count:
            count, self._count = self._count, 0
            self._source.skip(count)

    def __next__(self) -> Any:
        self._begin()
        return next(self._source)

    def rows(self, count: int) -> Any:
        self._begin()
        return self._source.rows(count)

    def skip(self, count: int) -> int:
        self._begin()
        return self._source.skip(count)

    def origin(self) -> str | None:
        return self._source.origin()

    def close(self) -> None:
        self._source.close()


class Shard(Node):
    """Every ``count``-th element, from number ``index`` on.

    Args:
        input: the elements.
        count: how many shards there are.
        index: which of them.
    """

    name = "shard"

    def __init__(self, input: Node, count: int, index: int) -> None:
        if count < 1 or not 0 <= index < count:
            raise ArgumentError(f"Expected 0 <= index < num_shards. Received: num_shards={count}, index={index}")
        self.input, self.inputs = input, (input,)
        self.count, self.index = count, index

    def open(self, run: Run) -> Stream:
        table = self.table()
        if table is not None:
            return TableStream(table)
        source = self.input.open(run)

        def make() -> Iterator[Any]:
            if source.skip(self.index) < self.index:
                return
            while (element := next(source, _END)) is not _END:
                yield element
                source.skip(self.count - 1)

        return Generated(make, [source])

    def table(self) -> Table | None:
        table = self.input.table()
        return None if table is None else PartTable(table, self.index, self._length(table.length), self.count)

    def _length(self, whole: int) -> int:
        return max(0, -(-(whole - self.index) // self.count))

    def cardinality(self) -> int:
        count = self.input.cardinality()
        return count if count < 0 else self._length(count)


class TakeWhile(Node):
    """The elements up to the first that a function says False for.

    Args:
        input: the elements.
        predicate: takes an element, gives a truth value.
    """

    def __init__(self, input: Node, predicate: Callable[..., Any]) -> None:
        self.input, self.inputs = input, (input,)
        self.predicate = predicate
        self.name = f"take_while({name_of(predicate)})"

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)

        def call(element: Any) -> bool:
            return bool(elements.call_with(self.predicate, elements.copied(element)))

        def make() -> Iterator[Any]:
            for number, element in enumerate(source):
                with torch.no_grad():
                    if not checked_call(call, element, self.name, number, source.origin()):
                        return
                yield element

        return Generated(make, [source])
