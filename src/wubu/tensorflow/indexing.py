"""``tensor[…]`` as TensorFlow understands it: numbers, slices with any step, ``...``, ``tf.newaxis``, scalar tensors."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import torch

from wubu.tensorflow.conversion import host_value_of
from wubu.tensorflow.errors import InvalidArgumentError

_ALLOWED = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors are valid "
    "indices, got {!r}"
)


def get_item(x: torch.Tensor, key: Any = None) -> torch.Tensor:
    """The part of a plain tensor that a key names.

    Raises:
        TypeError: for a key of another kind; arrays and masks are for ``tf.gather`` and ``tf.boolean_mask``.
        InvalidArgumentError: for a place that does not exist.
    """
    if isinstance(key, torch.Tensor) and key.dtype is torch.bool:
        return x[key]
    keys = list(key) if isinstance(key, tuple | list) else [key]
    named = sum(1 for k in keys if k is not None and k is not Ellipsis)
    if named > x.dim():
        raise InvalidArgumentError(
            None, None, f"Index out of range using input dim {x.dim()}; input has only {x.dim()} dims [Op:StridedSlice]"
        )
    if Ellipsis in [k for k in keys if k is Ellipsis]:
        place = next(i for i, k in enumerate(keys) if k is Ellipsis)
        keys[place : place + 1] = [slice(None)] * (x.dim() - named)
    axis = 0
    for one in keys:
        if one is None:
            x = x.unsqueeze(axis)
            axis += 1
        elif isinstance(one, slice):
            x = _sliced(x, axis, one)
            axis += 1
        else:
            x = _picked(x, axis, one)
    return x


def _picked(x: torch.Tensor, axis: int, key: Any) -> torch.Tensor:
    place = _number(key)
    size = x.shape[axis]
    if not -size <= place < size:
        raise InvalidArgumentError(
            None, None, f"slice index {place} of dimension {axis} out of bounds. [Op:StridedSlice] name: strided_slice/"
        )
    return torch.select(x, axis, place % size)


def _sliced(x: torch.Tensor, axis: int, key: slice) -> torch.Tensor:
    step = 1 if key.step is None else _number(key.step)
    if step == 0:
        raise InvalidArgumentError(None, None, "slice index 0: strides[0] must be non-zero [Op:StridedSlice]")
    start = None if key.start is None else _number(key.start)
    stop = None if key.stop is None else _number(key.stop)
    start, stop, step = slice(start, stop, step).indices(x.shape[axis])
    if step > 0:
        length = max(0, stop - start)
        return x.narrow(axis, min(start, x.shape[axis]), min(length, max(0, x.shape[axis] - start)))[
            (slice(None),) * axis + (slice(None, None, step),)
        ]
    places = torch.arange(start, stop, step, device=x.device) if start > stop else torch.empty(0, dtype=torch.long)
    return torch.index_select(x, axis, places.to(x.device))


def _number(key: Any) -> int:
    if isinstance(key, torch.Tensor):
        value = host_value_of(key)
        if value.ndim or value.dtype.kind not in "iu":
            raise TypeError(_ALLOWED.format(key))
        return int(value)
    if isinstance(key, bool | np.bool_):
        raise TypeError(_ALLOWED.format(key))
    try:
        return operator.index(key)
    except TypeError as error:
        raise TypeError(_ALLOWED.format(key)) from error
