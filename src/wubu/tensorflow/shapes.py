"""``tf.TensorShape``: the sizes of a tensor, None where they are not known."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any


class TensorShape(tuple):
    """A shape. It is a tuple of sizes, so that whatever takes a tuple takes it.

    Args:
        dims: sizes, None where unknown; None in their place when not even the number of axes is known.

    Example:
        >>> shape = tf.TensorShape([None, 3])
        >>> shape.as_list(), shape.rank, shape[1], shape.is_fully_defined()
        ([None, 3], 2, 3, False)
    """

    _unknown: bool

    def __new__(cls, dims: Any = None) -> TensorShape:
        unknown = dims is None or (isinstance(dims, TensorShape) and dims._unknown)
        sizes = () if unknown else _sizes(dims)
        made = super().__new__(cls, sizes)
        made._unknown = unknown
        return made

    @property
    def rank(self) -> int | None:
        """The number of axes, or None."""
        return None if self._unknown else tuple.__len__(self)

    ndims = rank

    @property
    def dims(self) -> list[int | None] | None:
        """The sizes, or None when their number is not known."""
        return None if self._unknown else list(self)

    def as_list(self) -> list[int | None]:
        """The sizes as a list.

        Raises:
            ValueError: when the number of axes is not known.
        """
        if self._unknown:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(tuple.__iter__(self))

    def num_elements(self) -> int | None:
        """The product of the sizes, or None."""
        if not self.is_fully_defined():
            return None
        total = 1
        for size in self.as_list():
            total *= size or 0
        return total

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return not self._unknown and all(size is not None for size in tuple.__iter__(self))

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one shape can stand for both."""
        other = as_shape(other)
        if self._unknown or other._unknown:
            return True
        return self.rank == other.rank and all(
            a is None or b is None or a == b for a, b in zip(self.as_list(), other.as_list())
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise ValueError unless one shape can stand for both."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {as_shape(other)} are incompatible")

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this shape is one of the other."""
        other = as_shape(other)
        if other._unknown:
            return True
        return self.rank == other.rank and all(b is None or a == b for a, b in zip(self.as_list(), other.as_list()))

    def merge_with(self, other: Any) -> TensorShape:
        """The shape that both are.

        Raises:
            ValueError: when they contradict each other.
        """
        other = as_shape(other)
        self.assert_is_compatible_with(other)
        if self._unknown:
            return other
        if other._unknown:
            return self
        return TensorShape([b if a is None else a for a, b in zip(self.as_list(), other.as_list())])

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The shape whose known sizes are those that the two agree on."""
        other = as_shape(other)
        if self._unknown or other._unknown or self.rank != other.rank:
            return unknown_shape()
        return TensorShape([a if a == b else None for a, b in zip(self.as_list(), other.as_list())])

    def concatenate(self, other: Any) -> TensorShape:
        """This shape followed by another."""
        other = as_shape(other)
        if self._unknown or other._unknown:
            return unknown_shape()
        return TensorShape(self.as_list() + other.as_list())

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, which must have a number of axes.

        Raises:
            ValueError: when it has another.
        """
        if self._unknown:
            return TensorShape([None] * rank)
        if self.rank != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")
        return self

    assert_has_rank = with_rank

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape, which must have at least a number of axes."""
        if self.rank is not None and self.rank < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape, which must have at most a number of axes."""
        if self.rank is not None and self.rank > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def assert_same_rank(self, other: Any) -> None:
        """Raise ValueError unless both have one number of axes."""
        other = as_shape(other)
        if None not in (self.rank, other.rank) and self.rank != other.rank:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_is_fully_defined(self) -> None:
        """Raise ValueError when a size is not known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def __len__(self) -> int:
        if self._unknown:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return tuple.__len__(self)

    def __bool__(self) -> bool:
        return not self._unknown

    def __iter__(self) -> Iterator[Any]:
        if self._unknown:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return tuple.__iter__(self)

    def __getitem__(self, key: Any) -> Any:
        if self._unknown:
            return unknown_shape() if isinstance(key, slice) else None
        found = tuple.__getitem__(self, key)
        return TensorShape(found) if isinstance(key, slice) else found

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return as_shape(other).concatenate(self)

    def __eq__(self, other: object) -> bool:
        try:
            found = as_shape(other)
        except (TypeError, ValueError):
            return False
        return self._unknown == found._unknown and tuple.__eq__(self, found)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return tuple.__hash__(self)

    def __str__(self) -> str:
        return "<unknown>" if self._unknown else tuple.__repr__(self)

    def __repr__(self) -> str:
        return f"TensorShape({None if self._unknown else self.as_list()})"

    def __reduce__(self) -> Any:
        return TensorShape, (self.dims,)


def _sizes(dims: Any) -> Iterable[int | None]:
    if hasattr(dims, "tolist"):
        dims = dims.tolist()
    if isinstance(dims, int):
        dims = (dims,)
    found: list[int | None] = []
    for size in dims:
        size = getattr(size, "value", size)
        if size is None:
            found.append(None)
            continue
        try:
            size = operator.index(size)
        except TypeError as error:
            raise TypeError(
                f"Failed to convert {dims!r} to tensor shape: expected whole numbers or None. Received: {size!r}"
            ) from error
        if size < 0:
            raise ValueError(f"Dimension {size} must be >= 0")
        found.append(size)
    return found


def as_shape(shape: Any) -> TensorShape:
    """A shape of whatever describes one."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape() -> TensorShape:
    """A shape of which not even the number of axes is known."""
    return TensorShape(None)
