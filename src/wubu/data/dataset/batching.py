"""Batches: elements stacked, and taken apart again."""

from __future__ import annotations

from typing import Any

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.node import INFINITE, UNKNOWN, Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import TensorSpec, map_spec
from wubu.data.dataset.stream import Stream
from wubu.errors import ArgumentError, DataError


def checked_size(size: Any, what: str = "batch_size") -> int:
    """A size as a positive integer."""
    if isinstance(size, bool) or int(size) != size or int(size) < 1:
        raise ArgumentError(f"Expected {what} to be a positive integer. Received: {what}={size!r}")
    return int(size)


def batches_in(count: int, size: int, drop: bool) -> int:
    """How many batches so many elements make; unknown and infinite numbers stay as they are."""
    return count if count < 0 else count // size if drop else -(-count // size)


class Batch(Node):
    """Stack elements.

    Args:
        input: the elements.
        size: how many to a batch.
        drop: leave out a last batch that is smaller.
    """

    name = "batch"

    def __init__(self, input: Node, size: int, drop: bool = False) -> None:
        self.input, self.inputs = input, (input,)
        self.size, self.drop = checked_size(size), drop

    def open(self, run: Run) -> Stream:
        return BatchStream(self.input.open(run), self.size, self.drop)

    def cardinality(self) -> int:
        return batches_in(self.input.cardinality(), self.size, self.drop)

    def spec(self) -> Any:
        size = self.size if self.drop or self.input.cardinality() == INFINITE else None
        return map_spec(lambda s: s.batched(size), self.input.spec())


class BatchStream(Stream):
    """A pass that stacks elements.

    Where many elements cost little more than a few, several batches are taken at a time and cut apart.

    Args:
        source: the elements.
        size: how many to a batch.
        drop: leave out a last batch that is smaller.
    """

    _MOST_BYTES = 4 << 20
    _MOST_BATCHES = 64

    def __init__(self, source: Stream, size: int, drop: bool) -> None:
        self._source, self._size, self._drop = source, size, drop
        self._block: Any = None
        self._at = self._count = 0
        self._batches = 1  # of the next block
        self._number = 0

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """Whether no function of the user's is called one by one."""
        return self._source.bulk

    def __next__(self) -> Any:
        if self._at >= self._count and not self._more():
            raise StopIteration
        start, stop = self._at, min(self._at + self._size, self._count)
        if self._drop and stop - start < self._size:
            raise StopIteration
        self._at = stop
        whole = start == 0 and stop == self._count
        batch = self._block if whole else elements.cut(self._block, start, stop)
        if stop == self._count:
            self._block = None
        return batch

    def block(self, count: int) -> tuple[Any, int] | None:
        if not self._source.bulk or (self._at >= self._count and not self._more()):
            return None
        full = min(count, (self._count - self._at) // self._size)
        if not full:
            return None
        start, self._at = self._at, self._at + full * self._size
        return elements.cut(self._block, start, self._at), self._size

    def _more(self) -> bool:
        batches = self._batches if self._source.bulk else 1
        try:
            self._block = self._source.rows(batches * self._size)
        except DataError as error:
            raise DataError(f"Cannot make batch {self._number}: {error}") from error
        if self._block is None:
            return False
        self._at, self._count = 0, elements.count_rows(self._block)
        self._number += batches
        if batches < self._MOST_BATCHES:  # twice as much next time, until a block is large
            small = 2 * elements.byte_size(self._block) <= self._MOST_BYTES
            self._batches = batches * 2 if small else batches
        return True

    def skip(self, count: int) -> int:
        done = 0
        while done < count and self._at < self._count:  # those that are ready
            if next(self, None) is None:
                return done
            done += 1
        passed = self._source.skip((count - done) * self._size)
        return done + batches_in(passed, self._size, self._drop)

    def close(self) -> None:
        self._block = None
        self._source.close()


class Unbatch(Node):
    """Take batches apart.

    Args:
        input: the batches.
    """

    name = "unbatch"

    def __init__(self, input: Node) -> None:
        self.input, self.inputs = input, (input,)

    def open(self, run: Run) -> Stream:
        return UnbatchStream(self.input.open(run))

    def cardinality(self) -> int:
        count = self.input.cardinality()
        if count == INFINITE:
            return INFINITE
        if isinstance(self.input, Batch) and not self.input.drop:
            return self.input.input.cardinality()
        for spec in nest.flatten(self.input.spec()) if count >= 0 else ():
            if isinstance(spec, TensorSpec) and spec.shape and spec.shape[0] is not None:
                return count * spec.shape[0]
        return UNKNOWN

    def spec(self) -> Any:
        return map_spec(TensorSpec.unbatched, self.input.spec())


class UnbatchStream(Stream):
    """A pass that takes batches apart.

    Args:
        source: the batches.
    """

    def __init__(self, source: Stream) -> None:
        self._source = source
        self._batch: Any = None
        self._at = self._count = 0

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """Whether the batches come in bulk."""
        return self._source.bulk

    def _more(self) -> bool:
        while self._at >= self._count:
            self._batch = next(self._source, None)
            if self._batch is None:
                return False
            lengths = {
                int(leaf.shape[0]) if len(leaf.shape) else -1 for leaf in nest.flatten(self._batch) if leaf is not None
            }
            if len(lengths) != 1 or -1 in lengths:
                raise DataError(
                    f"Expected batches whose parts have one length. Received: {elements.describe(self._batch)}"
                )
            self._at, self._count = 0, lengths.pop()
        return True

    def __next__(self) -> Any:
        if not self._more():
            raise StopIteration
        self._at += 1
        return elements.row(self._batch, self._at - 1)

    def rows(self, count: int) -> Any:
        parts = []
        while count > 0 and self._more():
            stop = min(self._count, self._at + count)
            parts.append(elements.cut(self._batch, self._at, stop))
            count -= stop - self._at
            self._at = stop
        return elements.copied(elements.join(parts)) if parts else None

    def skip(self, count: int) -> int:
        done = 0
        while done < count and self._more():
            step = min(self._count - self._at, count - done)
            self._at += step
            done += step
        return done

    def close(self) -> None:
        self._batch = None
        self._source.close()
