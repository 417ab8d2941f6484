"""Applying a function of the user's to every element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.calls import checked_call, name_of, text_in
from wubu.data.dataset.node import Node, Through
from wubu.data.dataset.parallel import mapped, worker_count
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import map_spec, spec_of
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import Index, Table
from wubu.data.dataset.vectorize import PROBE, Vectorized
from wubu.errors import DataError, EmptyDataError

_END = object()
_PATH_LIMIT = 4096


class Map(Through):
    """Apply a function.

    Args:
        input: the elements.
        function: takes an element (several arguments for a tuple), gives an element.
        parallel: how many calls may run at a time; None is one, ``AUTOTUNE`` is one a processor core.
        deterministic: whether results keep their order.
        processes: whether the calls run in processes rather than in threads.
        vectorize: whether the function may be called once for many elements; None finds out.
    """

    def __init__(
        self,
        input: Node,
        function: Callable[..., Any],
        parallel: int | None = None,
        deterministic: bool = True,
        processes: bool = False,
        vectorize: bool | None = None,
    ) -> None:
        super().__init__(input)
        self.function, self.parallel = function, parallel
        self.deterministic, self.processes = deterministic, processes
        self.name = f"map({name_of(function)})"
        self.vectorized = Vectorized(self.call, function)
        if vectorize is not None and not vectorize or processes:
            self.vectorized.refused = True

    def call(self, element: Any) -> Any:
        """The result for one element."""
        return elements.as_element(elements.call_with(self.function, element))

    def guarded(self, run: Run, element: Any, number: int, origin: str | None = None) -> Any:
        """The same; errors say which element it was."""
        with run.doing(f"{self.name}, element {number}"), torch.no_grad():
            return checked_call(self.call, element, self.name, number, origin)

    def open(self, run: Run) -> Stream:
        return MapStream(self, self.input.open(run), run)

    def table(self) -> Table | None:
        if self.vectorized.refused:
            return None
        table = self.input.table()
        if table is None or not table.bulk or not table.numeric or not table.length:
            return None
        made = MapTable(self, table)
        return made if self.vectorized.trusted or made.works() else None

    def spec(self) -> Any:
        run = Run(self)
        stream = self.input.open(run)
        try:
            first = next(stream)
            return _widened(spec_of(self.guarded(run, elements.copied(first), 0)), spec_of(first), self.input.spec())
        except StopIteration:
            raise EmptyDataError(
                "Expected at least one element to see what the function gives. Received: none"
            ) from None
        finally:
            stream.close()


def _widened(found: Any, exact: Any, known: Any) -> Any:
    """Lengths that vary in the input may vary in the result: there, axes of the same length are unknown."""
    varying = set()
    for a, b in zip(nest.flatten(exact), nest.flatten(known)):
        for i, length in enumerate(getattr(a, "shape", None) or ()):
            if b is not None and (b.shape is None or i < len(b.shape) and b.shape[i] is None):
                varying.add((i, length))

    def widen(spec: Any) -> Any:
        shape = (
            None if spec.shape is None else tuple(None if (i, d) in varying else d for i, d in enumerate(spec.shape))
        )
        return type(spec)(shape, spec.dtype)

    return map_spec(widen, found) if varying else found


class MapTable(Table):
    """A table whose rows go through a function that can take many at once.

    Args:
        node: the function.
        table: its input.
    """

    def __init__(self, node: Map, table: Table) -> None:
        self.node, self.input = node, table
        self.length = table.length
        self._run = Run(node)

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """Until the function turns out to need calls one by one."""
        return not self.node.vectorized.refused

    def works(self) -> bool:
        """Try the function on the first few elements at once; whether that gives the same results."""
        try:
            self.rows(slice(0, min(self.length, PROBE)))
        except DataError:  # it fails for one of them, which is told when that one is wanted
            self.node.vectorized.refused = True
        return not self.node.vectorized.refused

    def rows(self, index: Index) -> Any:
        rows = self.input.rows(index)
        numbers = range(index.start, index.stop) if isinstance(index, slice) else index.tolist()

        def one(element: Any, place: int) -> Any:
            return self.node.guarded(self._run, element, numbers[place])

        found = self.node.vectorized(rows, one)
        if found is not None:
            return found
        return elements.stack([one(elements.row(rows, i), i) for i in range(elements.count_rows(rows))])

    def element(self, number: int) -> Any:
        return self.node.guarded(self._run, self.input.element(number), number)


class MapStream(Stream):
    """A pass through a function: one by one, several at a time, or many at once.

    Args:
        node: the function.
        source: its input.
        run: the pass.
    """

    def __init__(self, node: Map, source: Stream, run: Run) -> None:
        self._node, self._source, self._run = node, source, run
        self._number = 0
        self._ahead: Iterator[Any] | None = None  # results that are computed ahead, once that has begun
        self._origin: Any = None

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """While the function takes many at once."""
        return self._source.bulk and not self._node.vectorized.refused and self._ahead is None

    def __next__(self) -> Any:
        if self._node.parallel is None:
            element = next(self._source)
            number, self._number = self._number, self._number + 1
            self._origin = (element, self._source.origin())
            return self._node.guarded(self._run, element, number, self._origin[1])
        if self._ahead is None:
            self._ahead = mapped(
                self._one,
                self._pairs(),
                worker_count(self._node.parallel),
                self._node.deterministic,
                self._node.processes,
            )
        found, self._origin = next(self._ahead)
        return found

    def _pairs(self) -> Iterator[tuple[Any, int, str | None]]:
        for element in self._source:
            number, self._number = self._number, self._number + 1
            yield element, number, self._source.origin()

    def _one(self, task: tuple[Any, int, str | None]) -> Any:
        element, number, origin = task
        return self._node.guarded(self._run, element, number, origin), (None, origin or text_in(element))

    def rows(self, count: int) -> Any:
        if not self.bulk:
            return super().rows(count)
        rows = self._source.rows(count)
        if rows is None:
            return None
        first = self._number
        self._number += elements.count_rows(rows)

        def one(element: Any, place: int) -> Any:
            return self._node.guarded(self._run, element, first + place)

        found = self._node.vectorized(rows, one)
        if found is not None:
            return found
        places = range(elements.count_rows(rows))
        if self._node.parallel is None:
            return elements.stack([one(elements.row(rows, i), i) for i in places], first)
        tasks = ((elements.row(rows, i), first + i, None) for i in places)
        workers = worker_count(self._node.parallel)
        return elements.stack([r for r, _ in mapped(self._one, tasks, workers, True, self._node.processes)], first)

    def skip(self, count: int) -> int:
        if self._ahead is not None:
            return super().skip(count)
        done = self._source.skip(count)
        self._number += done
        return done

    def origin(self) -> str | None:
        if self._origin is None:
            return None
        element, origin = self._origin
        return origin or text_in(element)

    def close(self) -> None:
        if self._ahead is not None:
            self._ahead.close()  # type: ignore[attr-defined]
        self._source.close()
