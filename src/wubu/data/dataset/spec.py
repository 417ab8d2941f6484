"""What the elements of a data set look like: shapes with unknown axes, and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from wubu.core import nest
from wubu.core.dtypes import TORCH, standardize_dtype
from wubu.data.dataset.elements import Text
from wubu.errors import ArgumentError, DataError


class TensorSpec:
    """The shape and type of a tensor; an axis of unknown length is None, and so is an unknown shape.

    Args:
        shape: a tuple of lengths, a TensorShape-like object, or None.
        dtype: a name, a torch, NumPy or Python type; text is ``"string"``. Default float32.
        name: a name, for messages.

    Example:
        >>> TensorSpec((None, 28, 28), "uint8").is_compatible_with(torch.zeros(5, 28, 28, dtype=torch.uint8))
        True
    """

    def __init__(self, shape: Any = None, dtype: Any = "float32", name: str | None = None) -> None:
        self.shape = as_shape(shape)
        self.dtype = as_dtype(dtype)
        self.name = name

    @classmethod
    def of(cls, leaf: Any) -> TensorSpec | None:
        """The exact spec of a tensor or of text."""
        if leaf is None:
            return None
        return cls(tuple(leaf.shape), "string" if isinstance(leaf, Text) else leaf.dtype)

    def is_compatible_with(self, value: Any) -> bool:
        """Whether a tensor, text, or another spec fits this one."""
        other = value if isinstance(value, TensorSpec) else TensorSpec.of(value)
        if other is None or other.dtype != self.dtype:
            return False
        if self.shape is None or other.shape is None:
            return True
        return len(self.shape) == len(other.shape) and all(
            a is None or b is None or a == b for a, b in zip(self.shape, other.shape)
        )

    def batched(self, size: int | None) -> TensorSpec:
        """The spec of so many of these stacked; None for an unknown number."""
        return TensorSpec(None if self.shape is None else (size, *self.shape), self.dtype)

    def unbatched(self) -> TensorSpec:
        """The spec of one of what is stacked here."""
        if self.shape is not None and not self.shape:
            raise DataError("Expected elements with an axis to unbatch. Received: elements without axes")
        return TensorSpec(None if self.shape is None else self.shape[1:], self.dtype)

    def merged(self, other: TensorSpec) -> TensorSpec:
        """The most precise spec that both fit."""
        if self.dtype != other.dtype:
            raise DataError(f"Expected elements of one type. Received: {self} and {other}")
        if self.shape is None or other.shape is None or len(self.shape) != len(other.shape):
            return TensorSpec(None, self.dtype)
        return TensorSpec(tuple(a if a == b else None for a, b in zip(self.shape, other.shape)), self.dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and (self.shape, self.dtype) == (other.shape, other.dtype)

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"TensorSpec(shape={self.shape}, dtype={standardize_dtype(self.dtype)}{name})"


def as_shape(shape: Any) -> tuple[int | None, ...] | None:
    """A shape as a tuple; -1 is an unknown length, as None is."""
    if shape is None:
        return None
    if isinstance(shape, int):
        shape = (shape,)
    shape = getattr(shape, "as_list", lambda: shape)()
    lengths = [None if d is None or (value := getattr(d, "value", d)) is None else int(value) for d in shape]
    return tuple(None if d == -1 else d for d in lengths)


def as_dtype(dtype: Any) -> torch.dtype | str:
    """A type as torch's object, or ``"string"``."""
    if isinstance(dtype, torch.dtype):
        return dtype
    if dtype in (str, bytes):
        return "string"
    name = standardize_dtype(dtype)
    return "string" if name == "string" else TORCH[name]


def spec_of(element: Any) -> Any:
    """The specs of an element's leaves; a data set within it has a spec of its own."""
    return nest.map_structure(
        lambda leaf: leaf if hasattr(type(leaf), "element_spec") else TensorSpec.of(leaf), element
    )


def map_spec(function: Any, spec: Any) -> Any:
    """Apply a function to the specs of a structure, leaving everything else."""
    return nest.map_structure(lambda s: function(s) if isinstance(s, TensorSpec) else s, spec)


def merged_spec(a: Any, b: Any) -> Any:
    """The most precise structure of specs that both fit.

    Raises:
        DataError: when the structures or types differ.
    """

    def merged(x: Any, y: Any) -> Any:
        if isinstance(x, TensorSpec) != isinstance(y, TensorSpec):
            raise ArgumentError("a part of one is missing in the other")
        return x.merged(y) if isinstance(x, TensorSpec) else x

    try:
        return nest.map_structure(merged, a, b)
    except ArgumentError as error:
        raise DataError(f"Expected data sets of one structure. Received: {a} and {b}") from error


def signature_from(types: Any, shapes: Any) -> Any:
    """A structure of specs from one of types and one of shapes (or None for unknown shapes)."""
    if isinstance(types, tuple | Mapping | list):
        keys = list(types) if isinstance(types, Mapping) else range(len(types))
        parts = {k: signature_from(types[k], None if shapes is None else shapes[k]) for k in keys}
        return parts if isinstance(types, Mapping) else tuple(parts.values())
    return TensorSpec(shapes, types)
