"""From serialized examples to tensors of declared shapes and types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from wubu.core.dtypes import torch_dtype
from wubu.data.dataset.elements import Text, stack
from wubu.data.dataset.spec import as_dtype, as_shape
from wubu.data.records.example import read_example
from wubu.errors import ArgumentError, DataError


@dataclass(frozen=True)
class FixedLenFeature:
    """A feature of a known shape.

    Args:
        shape: its shape.
        dtype: float32, int64 or string.
        default_value: what it is where it is missing; without one, missing is an error.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


@dataclass(frozen=True)
class FixedLenSequenceFeature:
    """A feature of any number of parts of a known shape.

    Args:
        shape: the shape of a part.
        dtype: float32, int64 or string.
        allow_missing: whether it may be missing, which makes it empty.
        default_value: what fills shorter ones up in ``parse_example``.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


@dataclass(frozen=True)
class VarLenFeature:
    """A feature of any number of values; wubu gives them as a tensor with one axis.

    Args:
        dtype: float32, int64 or string.
    """

    dtype: Any


def parse_single_example(serialized: Any, features: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
    """Read one example.

    Args:
        serialized: its bytes.
        features: name -> ``FixedLenFeature``, ``FixedLenSequenceFeature`` or ``VarLenFeature``.

    Returns:
        Name -> tensor or text.

    Raises:
        DataError: a feature is missing, or has another type or shape than declared.

    Example:
        >>> parse_single_example(record, {"label": FixedLenFeature([], "int64")})["label"]
        tensor(3)
    """
    if not features:
        raise ArgumentError("Expected features to read. Received: none")
    found = read_example(_bytes(serialized))
    return {key: _value(key, declared, found.get(key, (None, None))) for key, declared in features.items()}


def parse_example(serialized: Any, features: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
    """Read several examples.

    Args:
        serialized: their bytes: text with one axis, or a list.
        features: as in ``parse_single_example``.

    Returns:
        Name -> stacked tensors or text; features of unequal length are filled up with their default (0, empty).
    """
    rows = [parse_single_example(s, features) for s in serialized]
    if not rows:
        raise DataError("Expected at least one example. Received: none")
    return {key: _stacked(declared, [row[key] for row in rows]) for key, declared in features.items()}


def _bytes(serialized: Any) -> bytes:
    value = serialized.numpy() if hasattr(serialized, "numpy") else serialized
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, bytes):
        raise ArgumentError(f"Expected a serialized example, bytes. Received: {type(serialized).__name__}")
    return value


_OF = {"bytes_list": "string", "float_list": torch.float32, "int64_list": torch.int64}


def _value(key: str, declared: Any, found: tuple[str | None, Any]) -> Any:
    kind, values = found
    dtype = as_dtype(declared.dtype)
    if dtype not in _OF.values():
        raise ArgumentError(f"Expected float32, int64 or string for the feature {key!r}. Received: {declared.dtype}")
    missing = kind is None or not len(values)
    if kind is not None and _OF[kind] != dtype and not missing:
        raise DataError(f"Expected the feature {key!r} to hold {dtype}. It holds {_OF[kind]}")
    if isinstance(declared, VarLenFeature):
        return _tensor([] if missing else values, dtype, (-1,))
    shape = as_shape(declared.shape) or ()
    if isinstance(declared, FixedLenSequenceFeature):
        if missing and not declared.allow_missing:
            raise DataError(f"The feature {key!r} is missing. Try: allow_missing=True")
        size = math.prod(d or 0 for d in shape)
        count = 0 if missing else len(values)
        if size and count % size:
            raise DataError(f"Expected the feature {key!r} in parts of {size} values. It has {count}")
        return _tensor([] if missing else values, dtype, (count // size if size else 0, *shape))
    wanted = math.prod(d or 0 for d in shape)
    if missing and wanted:
        if declared.default_value is None:
            raise DataError(f"The feature {key!r} is missing. Try: a default_value")
        return _default(declared.default_value, dtype, shape)
    if not missing and len(values) != wanted:
        raise DataError(f"Expected the feature {key!r} to have the shape {shape}. It has {len(values)} values")
    return _tensor([] if missing else values, dtype, shape)


def _tensor(values: Any, dtype: Any, shape: tuple[Any, ...]) -> Any:
    if dtype == "string":
        made = np.empty(len(values), object)
        made[:] = values
        return made.reshape(shape).view(Text)
    return torch.from_numpy(np.array(values)).to(dtype).reshape(shape)


def _default(value: Any, dtype: Any, shape: tuple[Any, ...]) -> Any:
    if dtype == "string":
        return np.broadcast_to(Text.of(value), shape).view(Text).copy()
    return torch.as_tensor(value).to(torch_dtype(dtype)).expand(shape).clone()


def _stacked(declared: Any, values: list[Any]) -> Any:
    lengths = [v.shape[0] if v.ndim else 0 for v in values]
    if isinstance(declared, FixedLenFeature) or len(set(lengths)) == 1:
        return stack(values)
    fill: Any = getattr(declared, "default_value", None)
    longest = max(lengths)
    if isinstance(values[0], Text):
        made: Any = np.full((len(values), longest, *values[0].shape[1:]), b"" if fill is None else fill, object).view(
            Text
        )
    else:
        made = values[0].new_full((len(values), longest, *values[0].shape[1:]), 0 if fill is None else fill)
    for i, value in enumerate(values):
        made[i, : value.shape[0]] = value
    return made
