"""A ``Dataset`` as a source of batches for training.

Batches of tensors in memory, shuffled or not, are not made at all: the tensors stay on the device, and the step cuts its
rows from them. Everything else is prepared in a thread while the step before runs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.core.device import default_device
from wubu.data.arrays import Arrays, ArraySource
from wubu.data.dataset import elements
from wubu.data.dataset.batching import Batch
from wubu.data.dataset.limiting import Shard, Skip, Take
from wubu.data.dataset.node import Node
from wubu.data.dataset.prefetching import Prefetch
from wubu.data.dataset.repeating import Repeat
from wubu.data.dataset.run import Run
from wubu.data.dataset.shuffle import Shuffle
from wubu.data.dataset.sources import FromTable, RangeTable
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import Table, TensorTable, ZipTable
from wubu.data.dataset.watchdog import Waiting
from wubu.data.packing import unpack_x_y_sample_weight
from wubu.data.prefetch import prefetched
from wubu.data.source import Source
from wubu.data.source import rows as rows_of
from wubu.data.transfer import transferred
from wubu.errors import DataError, EmptyDataError

_END = object()
_ORDERS = (Shuffle, Repeat, Take, Skip, Shard, Prefetch)  # stages that choose elements and leave them as they are
_MOST_STEPS = 1 << 24  # of an order that is worked out at once


def dataset_source(data: Any, convert: Callable[[Any], Any], class_weight: Any, output_names: Any) -> Source:
    """The source of batches for a ``Dataset``.

    Args:
        data: the data set.
        convert: turns a batch into one for the model, on the CPU or the device.
        class_weight, output_names: see ``Arrays``.
    """
    found = resident_parts(data._node)
    if found is not None:
        rows, node, batch_size = found
        x, y, sample_weight = unpack_x_y_sample_weight(rows)
        return RowsSource(Arrays(x, y, sample_weight, output_names).weighted(class_weight), node, batch_size)
    return DatasetSource(data._node, convert)


def resident_parts(node: Node) -> tuple[Any, Node, int] | None:
    """Tensors of all elements, a pipeline of their numbers in the same batches, and the size of these; or None.

    This works for pipelines that only choose, order and batch elements of tensors in memory, in full batches but for the
    last one.
    """
    chain: list[Any] = []
    batch: Batch | None = None
    inner = node
    while isinstance(inner, (*_ORDERS, Batch)):
        if isinstance(inner, Batch):
            if batch is not None:
                return None
            batch = inner
        chain.append(inner)
        inner = inner.input
    if batch is None or not 0 < node.cardinality() <= _MOST_STEPS // batch.size:
        return None
    table = inner.table()
    rows = None if table is None else _tensors(table)
    if rows is None or table is None or not table.length:
        return None
    partial = not batch.drop and batch.input.cardinality() % batch.size
    later = chain[: chain.index(batch)]
    if partial and any(isinstance(n, Shuffle | Repeat | Shard) for n in later):
        return None  # the partial batch would not be the last
    made: Node = FromTable(RangeTable(0, 1, table.length), "numbers")
    for stage in reversed(chain):
        stage = copy.copy(stage)
        stage.input, stage.inputs = made, (made,)
        made = stage
    return rows, made, batch.size


def _tensors(table: Table) -> Any:
    """The tensors of a table that consists of nothing else; None for others."""
    if isinstance(table, TensorTable):
        return table.structure if table.numeric else None
    if isinstance(table, ZipTable):
        parts = [_tensors(part) for part in nest.flatten(table.structure)]
        if any(part is None for part in parts):
            return None
        return nest.pack_sequence_as(table.structure, [elements.cut(part, 0, table.length) for part in parts])
    return None


class _Resumable(Source):
    """What sources of data sets share: a pass can be drawn again in another process."""

    _run: Run | None = None
    _next_run: dict[str, Any] | None = None

    def state(self) -> Any:
        """What the pass under way drew its random orders from."""
        return None if self._run is None else self._run.state()

    def go_to(self, state: Any) -> None:
        """Let the next pass be the one that ``state`` was taken of."""
        self._next_run = state

    def _begin(self, node: Node) -> Run:
        state, self._next_run = self._next_run, None
        self._run = Run(node, state)
        return self._run


class RowsSource(ArraySource, _Resumable):
    """Tensors in memory, in the orders of a pipeline.

    Args:
        arrays: the tensors.
        node: gives the numbers of the samples of each batch.
        batch_size: samples in a batch.
    """

    def __init__(self, arrays: Arrays, node: Node, batch_size: int) -> None:
        super().__init__(arrays, batch_size, shuffle=True)
        self._node = node
        self.num_batches = node.cardinality()

    def _cut(self) -> Iterator[Any]:
        order = self._order()
        data = self.resident if self.resident is not None else self._data
        for start in range(0, len(order), self.batch_size):
            index = order[start : start + self.batch_size]
            yield nest.map_structure(lambda leaf, index=index: rows_of(leaf, index), data)

    def _order(self) -> torch.Tensor:
        stream = self._node.open(self._begin(self._node))
        try:
            return torch.cat(list(stream))
        finally:
            stream.close()


class DatasetSource(_Resumable):
    """Batches of a pipeline, prepared in a thread unless they are ready at once.

    Args:
        node: the end of the pipeline.
        convert: turns a batch into one for the model.
    """

    kind = "Dataset"

    def __init__(self, node: Node, convert: Callable[[Any], Any]) -> None:
        self._node, self.convert = node, convert
        self.device = default_device()
        self._whole: Callable[[Any], Any] | None = None
        if self.device.type == "cuda" and node.compact is not None:
            self._node, self._whole = node.compact
        count = node.cardinality()
        self.num_batches = count if count >= 0 else None
        self._form: str | None = None
        self._peeked: _Pass | None = None

    def first_batch(self) -> Any:
        """The first batch; the next pass starts with it."""
        if self._peeked is None:
            self._peeked = self._pass()
        first = self._peeked.peek()
        if first is _END:
            raise EmptyDataError("Expected at least one batch. Received: an empty data set")
        return first

    def batches(self) -> Iterator[Any]:
        """A new pass."""
        found, self._peeked = self._peeked, None
        return self._pass() if found is None else found

    def go_to(self, state: Any) -> None:
        """Let the next pass be the one that ``state`` was taken of."""
        self.close()
        super().go_to(state)

    def close(self) -> None:
        """End a pass whose first batch was looked at."""
        if self._peeked is not None:
            self._peeked.close()
            self._peeked = None

    def skip(self, batches: Iterator[Any], count: int) -> None:
        """Pass over batches of a pass that has not begun, without making them."""
        if isinstance(batches, _Pass):
            batches.skip(count)
        else:
            super().skip(batches, count)

    def block(self, batches: Iterator[Any], count: int) -> tuple[Any, int] | None:
        """Several batches as rows, where the pipeline makes them together."""
        return batches.block(count) if isinstance(batches, _Pass) and self.device.type == "cpu" else None

    def _pass(self) -> _Pass:
        run = self._begin(self._node)
        return _Pass(self, self._node.open(run), run)

    def check(self, batch: Any, number: int) -> None:
        """Raise when a batch has another form than the first one."""
        form = _form(batch)
        if self._form is None:
            self._form = form
        if form != self._form:
            raise DataError(
                f"The batches of a data set need one structure. Received: {self._form} at first, and {form} as batch {number}"
            )


class _Pass(Iterator[Any]):
    """One pass over a pipeline's batches; it runs ahead once the first one is asked for."""

    def __init__(self, source: DatasetSource, stream: Stream, run: Run) -> None:
        self._source, self._stream = source, stream
        self._waiting = Waiting(source.kind, run)
        self._number = 0
        self._batches: Iterator[Any] | None = None
        self._first: Any = _END

    def skip(self, count: int) -> None:
        """Pass over batches; only before the first one is asked for."""
        self._number += self._stream.skip(count)

    def peek(self) -> Any:
        """The batch that comes next; ``_END`` when there is none."""
        if self._first is _END:
            self._first = next(self, _END)
        return self._first

    def block(self, count: int) -> tuple[Any, int] | None:
        """Several batches as rows; see ``Stream.block``."""
        if self._first is not _END or not self._stream.bulk or "object" in (self._source._form or ""):
            return None  # text is no tensor, of which a step could cut rows
        with self._waiting:
            found = self._stream.block(count)
        if found is None:
            return None
        self._source.check(found[0], self._number)
        self._number += elements.count_rows(found[0]) // found[1]
        return self._source.convert(found[0]), found[1]

    def __next__(self) -> Any:
        if self._first is not _END:
            found, self._first = self._first, _END
            return found
        if self._batches is None:
            self._batches = self._open()
        with self._waiting:
            return next(self._batches)

    def _open(self) -> Iterator[Any]:
        device, whole = self._source.device, self._source._whole
        if device.type != "cuda":
            made = map(self._source.convert, self._made())
            return _closing(made, self._stream) if self._ready_at_once() else prefetched(made, 2)
        moved = transferred(self._made(), device, self._source.convert)
        return moved if whole is None else (whole(batch) for batch in moved)

    def _ready_at_once(self) -> bool:
        return self._stream.bulk or isinstance(self._source._node, Prefetch)

    def _made(self) -> Iterator[Any]:
        for batch in self._stream:
            self._source.check(batch, self._number)
            self._number += 1
            yield batch

    def close(self) -> None:
        """End the pass."""
        if self._batches is not None:
            self._batches.close()  # type: ignore[attr-defined]
        self._stream.close()


def _closing(batches: Iterator[Any], stream: Stream) -> Iterator[Any]:
    try:
        yield from batches
    finally:
        stream.close()


def _form(batch: Any) -> str:
    """Structure, ranks and types of a batch, without its lengths."""
    spec = nest.map_structure(
        lambda leaf: (
            "None" if leaf is None else f"{getattr(leaf, 'dtype', type(leaf))}[{len(getattr(leaf, 'shape', ()))}]"
        ),
        batch,
    )
    return str(spec).replace("'", "").replace("torch.", "")
