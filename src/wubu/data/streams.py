"""Sources whose batches come one after another: generators, data loaders, data sets, ``PyDataset``."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wubu.data.arrays import weights_like
from wubu.data.class_weights import add_class_weights
from wubu.data.dataset.watchdog import Waiting
from wubu.data.leaves import as_leaf, map_arrays
from wubu.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from wubu.data.prefetch import mapped_ahead
from wubu.data.source import Source, to_device
from wubu.errors import EmptyDataError

_END = object()


class BatchConverter:
    """Turns what a stream gives into a batch on the device.

    Args:
        class_weight: see ``add_class_weights``.
        output_names: the names of the model's outputs, in order.
    """

    def __init__(self, class_weight: Any = None, output_names: Sequence[str | None] | None = None) -> None:
        self.class_weight, self.output_names = class_weight, output_names

    def __call__(self, batch: Any) -> Any:
        """Return a batch of tensors on the device."""
        x, y, sample_weight = unpack_x_y_sample_weight(batch)
        x, y = map_arrays(as_leaf, x, "x"), map_arrays(as_leaf, y, "y")
        sample_weight = map_arrays(as_leaf, sample_weight, "sample_weight")
        sample_weight = weights_like(y, sample_weight, self.output_names)
        if self.class_weight is not None:
            sample_weight = add_class_weights(y, sample_weight, self.class_weight, self.output_names)
        return to_device(pack_x_y_sample_weight(x, y, sample_weight))


class StreamSource(Source):
    """Batches of an iterable.

    Args:
        open_pass: gives an iterator of a new pass.
        convert: turns what it gives into batches.
        num_batches: how many it gives; None when unknown.
        restarts: whether ``open_pass`` starts anew; False for a generator, which goes on where it was.
        kind: what to call it in messages.
    """

    def __init__(
        self,
        open_pass: Callable[[], Iterator[Any]],
        convert: Callable[[Any], Any],
        num_batches: int | None = None,
        restarts: bool = True,
        kind: str = "data set",
    ) -> None:
        self._open, self._convert = open_pass, convert
        self.num_batches, self.restarts, self.kind = num_batches, restarts, kind
        self._peeked: tuple[Any, Iterator[Any]] | None = None

    def first_batch(self) -> Any:
        """The first batch; the next pass starts with it."""
        if self._peeked is None:
            iterator = self._open()
            with Waiting(f"{self.kind}, the first batch"):
                first = next(iterator, _END)
            if first is _END:
                raise EmptyDataError(f"Expected at least one batch. Received: an empty {self.kind}")
            self._peeked = (self._convert(first), iterator)
        return self._peeked[0]

    def batches(self) -> Iterator[Any]:
        """A new pass, or the rest of a generator."""
        if self._peeked is not None:
            (first, iterator), self._peeked = self._peeked, None
            yield first
        else:
            iterator = self._open()
        for batch in iterator:
            yield self._convert(batch)


class PyDatasetSource(Source):
    """Batches of a ``PyDataset``, prepared ahead in order.

    Args:
        data: the data set; any object with ``__getitem__`` and ``__len__`` that gives batches will do.
        convert: turns what it gives into batches.
        shuffle: whether each pass asks for the batches in a new order.
        workers, use_multiprocessing, max_queue_size: instead of the data set's own.
    """

    def __init__(
        self,
        data: Any,
        convert: Callable[[Any], Any],
        shuffle: bool | str = False,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        max_queue_size: int | None = None,
    ) -> None:
        self.data, self._convert, self.shuffle = data, convert, bool(shuffle)
        self.num_batches = data.num_batches if hasattr(type(data), "num_batches") else len(data)
        if self.num_batches == 0:
            raise EmptyDataError(f"Expected at least one batch. Received: a {type(data).__name__} of length 0")
        self.workers = getattr(data, "workers", 1) if workers is None else workers
        self.processes = bool(
            getattr(data, "use_multiprocessing", False) if use_multiprocessing is None else use_multiprocessing
        )
        depth = getattr(data, "max_queue_size", 10) if max_queue_size is None else max_queue_size
        # A data set may know how large its batches are: ten of large pictures can be a gigabyte.
        self.depth = max(1, min(int(depth), getattr(data, "most_ahead", int(depth))))
        self._first: Any = None

    def first_batch(self) -> Any:
        """Batch number 0."""
        if self._first is None:
            with Waiting(f"{type(self.data).__name__}, batch 0"):
                first = self.data[0]
            self._first = self._convert(first)
        return self._first

    def batches(self) -> Iterator[Any]:
        """A new pass."""
        self._first = None
        if hasattr(self.data, "on_pass_begin"):  # before anything is drawn for it, so that it can be drawn again
            self.data.on_pass_begin()
        numbers: Any = itertools.count() if self.num_batches is None else range(self.num_batches)
        if self.shuffle and self.num_batches is not None:
            numbers = list(numbers)
            random.shuffle(numbers)
        if self.workers < 1:
            return (self._convert(self.data[number]) for number in numbers)
        ahead = mapped_ahead(self.data.__getitem__, numbers, self.workers, self.depth, self.processes)
        return _converted(ahead, self._convert)

    def begin_epoch(self) -> None:
        """Tell the data set."""
        if hasattr(self.data, "on_epoch_begin"):
            self.data.on_epoch_begin()

    def end_epoch(self) -> None:
        """Tell the data set."""
        if hasattr(self.data, "on_epoch_end"):
            self.data.on_epoch_end()


def _converted(ahead: Iterator[Any], convert: Callable[[Any], Any]) -> Iterator[Any]:
    """A generator of its own, so that closing it ends the workers too."""
    try:
        for batch in ahead:
            yield convert(batch)
    finally:
        ahead.close()  # type: ignore[attr-defined]


class CachedSource(Source):
    """What a generator gave in its first pass, kept for the next ones.

    Args:
        source: one that cannot restart.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: list[Any] = []
        self._complete = False

    def first_batch(self) -> Any:
        """The first batch."""
        return self._kept[0] if self._kept else self._source.first_batch()

    def batches(self) -> Iterator[Any]:
        """A new pass."""
        if self._complete:
            yield from self._kept
            return
        for batch in self._source.batches():
            self._kept.append(batch)
            yield batch
        self._complete = True
        self.num_batches = len(self._kept)
