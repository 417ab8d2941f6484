"""Batches of elements of different shapes, filled up to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.batching import batches_in, checked_size
from wubu.data.dataset.elements import Text
from wubu.data.dataset.node import Node
from wubu.data.dataset.run import Run
from wubu.data.dataset.spec import TensorSpec, as_shape
from wubu.data.dataset.stream import Generated, Stream
from wubu.errors import ArgumentError, DataError


class PaddedBatch(Node):
    """Stack elements of different shapes, filled up to one.

    Args:
        input: the elements.
        size: how many to a batch.
        shapes: a structure of shapes to fill up to, where None is the longest of the batch; None for all None.
        values: a structure of values to fill with; None for 0 and empty text.
        drop: leave out a last batch that is smaller.
    """

    name = "padded_batch"

    def __init__(self, input: Node, size: int, shapes: Any = None, values: Any = None, drop: bool = False) -> None:
        self.input, self.inputs = input, (input,)
        self.size, self.shapes, self.values, self.drop = checked_size(size), shapes, values, drop

    def open(self, run: Run) -> Stream:
        source = self.input.open(run)

        def make() -> Iterator[Any]:
            while found := source.some(self.size):
                if len(found) == self.size or not self.drop:
                    yield self._batch(found)

        return Generated(make, [source])

    def _batch(self, found: list[Any]) -> Any:
        head = found[0]
        for element in found:
            if not elements.same_structure(head, element):
                raise DataError(
                    "The elements of a data set need one structure. Received: "
                    f"{elements.describe(head)}, then {elements.describe(element)}"
                )
        columns = list(zip(*(nest.flatten(e) for e in found)))
        shapes = _spread(self.shapes, head, len(columns), shapes=True)
        values = _spread(self.values, head, len(columns))
        made = [_padded(column, shape, value) for column, shape, value in zip(columns, shapes, values)]
        return nest.pack_sequence_as(head, made)

    def cardinality(self) -> int:
        return batches_in(self.input.cardinality(), self.size, self.drop)

    def spec(self) -> Any:
        spec = self.input.spec()
        flat = nest.flatten(spec)
        shapes = _spread(self.shapes, spec, len(flat), shapes=True)
        size = self.size if self.drop else None
        made = []
        for part, shape in zip(flat, shapes):
            if shape is None:  # every axis as long as the longest of the batch
                shape = None if part.shape is None else part.shape if self.shapes is None else (None,) * len(part.shape)
            made.append(TensorSpec(shape, part.dtype).batched(size))
        return nest.pack_sequence_as(spec, made)


def _spread(given: Any, like: Any, count: int, shapes: bool = False) -> list[Any]:
    """One entry for each leaf: of the same structure, or one for all."""
    if given is None:
        return [None] * count
    if shapes:
        return [as_shape(s) for s in _up_to(given, like)]
    if nest.is_nested(given):
        return _up_to(given, like)
    return [given] * count


def _up_to(given: Any, like: Any) -> list[Any]:
    """The parts of ``given`` that stand where ``like`` has leaves; they may be lists or tuples themselves."""
    if isinstance(like, tuple):
        if not isinstance(given, tuple | list) or len(given) != len(like):
            raise ArgumentError(f"Expected padding for {len(like)} parts. Received: {given!r}")
        return [leaf for g, part in zip(given, like) for leaf in _up_to(g, part)]
    if isinstance(like, dict):
        return [leaf for k in sorted(like) for leaf in _up_to(given[k], like[k])]
    return [given]


def _padded(leaves: tuple[Any, ...], shape: tuple[int | None, ...] | None, value: Any) -> Any:
    """Leaves of one rank stacked into the smallest array that holds all, or into ``shape``."""
    head = leaves[0]
    rank = len(head.shape)
    if any(len(leaf.shape) != rank for leaf in leaves):
        raise DataError(
            f"Expected elements with one number of axes. Received: {sorted({len(v.shape) for v in leaves})}"
        )
    if shape is not None and len(shape) != rank:
        raise DataError(f"Expected padded_shapes with {rank} axes. Received: {shape}")
    longest = [max(int(leaf.shape[i]) for leaf in leaves) for i in range(rank)]
    wanted = [long if shape is None or shape[i] is None else int(shape[i] or 0) for i, long in enumerate(longest)]
    if any(long > want for long, want in zip(longest, wanted)):
        raise DataError(
            f"Expected elements no larger than padded_shapes={tuple(wanted)}. Received: one of {tuple(longest)}"
        )
    made: Any
    if isinstance(head, Text):
        fill = b"" if value is None else value.encode() if isinstance(value, str) else value
        made = Text.of([fill]).repeat(len(leaves) * max(1, _product(wanted)))[: len(leaves) * _product(wanted)]
        made = made.reshape((len(leaves), *wanted))
    else:
        fill = 0 if value is None else value.item() if isinstance(value, torch.Tensor) else value
        made = torch.full((len(leaves), *wanted), fill, dtype=head.dtype)
    for i, leaf in enumerate(leaves):
        if rank == 0:
            made[i] = leaf.item() if isinstance(leaf, Text) else leaf
        else:
            made[(i, *(slice(0, d) for d in leaf.shape))] = leaf
    return made


def _product(lengths: list[int]) -> int:
    product = 1
    for length in lengths:
        product *= length
    return product
