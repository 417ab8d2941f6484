"""Shuffling with a buffer: the order is that of tf.data for the same seed.

A buffer holds the next ``size`` elements. Each time one of them is drawn and its place is taken by the next element of
the input; with a buffer as large as the data, every order is equally likely. Over a table only numbers are shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.data.dataset.node import Node, Through
from wubu.data.dataset.philox import PhiloxStream
from wubu.data.dataset.run import RandomNode, Run, stream_of
from wubu.data.dataset.stream import Stream
from wubu.data.dataset.table import TableStream
from wubu.errors import ArgumentError

_BLOCK = 8192
_END = object()


class Shuffle(Through):
    """Shuffle elements.

    Args:
        input: the stage to shuffle.
        size: how many elements the buffer holds.
        seed: None takes the program's randomness.
        again: whether each pass has a new order.
    """

    name = "shuffle"

    def __init__(self, input: Node, size: int, seed: int | None = None, again: bool = True) -> None:
        super().__init__(input)
        if size < 1:
            raise ArgumentError(f"Expected buffer_size to be positive. Received: buffer_size={size}")
        self.size = size
        self.random = RandomNode(seed, again)

    def open(self, run: Run) -> Stream:
        assert self.random is not None
        table = self.input.table()
        seeds = run.seeds(self.random)
        if table is None:
            return ShuffleStream(self.input.open(run), self.size, seeds, self.random.seed is None)
        return TableStream(table, self.order(table.length, seeds))

    def order(self, length: int, seeds: tuple[int, int]) -> Iterator[torch.Tensor]:
        """The numbers 0 to ``length`` in shuffled order, in blocks."""
        assert self.random is not None
        if self.random.seed is None and self.size >= length:  # no order to reproduce: the quick way
            return iter([permutation(length, seeds)])
        return shuffled_order(length, self.size, stream_of(seeds))


def permutation(length: int, seeds: tuple[int, int]) -> torch.Tensor:
    """The numbers 0 to ``length`` in an order that two seeds decide."""
    generator = torch.Generator().manual_seed((seeds[0] * 1000003 + seeds[1]) & 0x7FFFFFFFFFFFFFFF)
    return torch.randperm(length, generator=generator)


def shuffled_order(length: int, size: int, numbers: PhiloxStream) -> Iterator[torch.Tensor]:
    """The numbers 0 to ``length`` as a buffer of ``size`` gives them, in blocks."""
    size = min(size, length)
    buffer = list(range(size))
    begin, end = 0, size  # places in use, counted on and on around the ring
    block: list[int] = []
    draw = numbers.next
    while begin < end:
        place, first = (begin + draw() % (end - begin)) % size, begin % size
        block.append(buffer[place])
        buffer[place] = buffer[first]
        begin += 1
        if end < length:
            buffer[first] = end  # the next number is also how many have been taken in
            end += 1
        if len(block) == _BLOCK:
            yield torch.tensor(block)
            block = []
    if block:
        yield torch.tensor(block)


class ShuffleStream(Stream):
    """A pass that shuffles elements which come one after another.

    Args:
        source: the input.
        size: how many elements the buffer holds.
        seeds: of the order.
        free: whether there is no order to reproduce; then a buffer that holds everything is permuted in one go, as a
            table is.
    """

    def __init__(self, source: Stream, size: int, seeds: tuple[int, int], free: bool = False) -> None:
        self._source, self._size, self._seeds, self._free = source, size, seeds, free
        self._numbers: PhiloxStream | None = None
        self._permutation: list[int] | None = None
        self._waiting: Any = None
        self._buffer: list[Any] = []
        self._begin = self._end = 0
        self._origin: str | None = None

    def __next__(self) -> Any:
        self._fill()
        if self._numbers is None:
            self._begin_drawing()
        if self._permutation is not None:
            if not self._permutation:
                raise StopIteration
            place = self._permutation.pop()
            (found, self._origin), self._buffer[place] = self._buffer[place], None
            return found
        assert self._numbers is not None
        count = self._end - self._begin
        if not count:
            raise StopIteration
        ring = len(self._buffer)
        place, first = (self._begin + self._numbers.next() % count) % ring, self._begin % ring
        found, self._origin = self._buffer[place]
        self._buffer[place] = self._buffer[first]
        self._buffer[first] = None
        self._begin += 1
        return found

    def _begin_drawing(self) -> None:
        self._numbers = stream_of(self._seeds)
        if self._free:
            self._waiting = self._next()
            if self._waiting is None:
                self._permutation = permutation(self._end, self._seeds).flip(0).tolist()

    def _next(self) -> tuple[Any, str | None] | None:
        """The next element and its origin; None at the end."""
        if self._waiting is not None:
            found, self._waiting = self._waiting, None
            return found
        element = next(self._source, _END)
        return None if element is _END else (element, self._source.origin())

    def _fill(self) -> None:
        if self._permutation is not None:
            return
        while self._end - self._begin < self._size:
            entry = self._next()
            if entry is None:
                return
            if len(self._buffer) < self._size:
                self._buffer.append(entry)
            else:
                self._buffer[self._end % self._size] = entry
            self._end += 1

    def origin(self) -> str | None:
        return self._origin

    def close(self) -> None:
        self._buffer.clear()
        self._begin = self._end = 0
        self._permutation = []
        self._source.close()
