"""Anything that holds numbers, as a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError

# torch can store these but computes next to nothing with them.
_WIDER = {"uint16": np.int32, "uint32": np.int64, "uint64": np.int64}


def as_tensor(x: Any, dtype: Any = None, device: torch.device | None = None) -> Any:
    """Return a value as a tensor.

    Tensors come back as they are, on their own device; symbolic tensors pass through; arrays keep their
    type, as in Keras; Python numbers, and lists of them, become floatx or int32.

    Args:
        x: a tensor, a symbolic tensor, an array, a table of pandas, a number, or nested lists of these.
        dtype: a type's name or torch's object to cast to; default the value's own.
        device: where arrays and numbers go; default the device in use.

    Raises:
        ArgumentError: when the value does not hold numbers.

    Example:
        >>> as_tensor([1.0, 2.0]).dtype
        torch.float32
    """
    wanted = None if dtype is None else torch_dtype(dtype)
    if isinstance(x, torch.Tensor):
        return x if wanted is None or x.dtype is wanted else x.to(wanted)
    if hasattr(type(x), "__torch_function__"):  # symbolic: the cast is recorded
        return x if wanted is None or torch_dtype(x.dtype) is wanted else x.to(wanted)
    device = default_device() if device is None else device
    if isinstance(x, list | tuple) and any(isinstance(part, torch.Tensor) for part in x):
        return torch.stack([as_tensor(part, wanted, device) for part in x])
    array = _as_array(x)
    return torch.as_tensor(array, dtype=wanted or _default_type(x, array), device=device)


def _as_array(x: Any) -> np.ndarray:
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ArgumentError(f"Expected lists of equal length. Received: {error}") from error
    if array.dtype.kind not in "biufc":
        raise ArgumentError(
            f"Expected numbers. Received: {type(x).__name__} of {array.dtype}. "
            "Try: turn text and dates into numbers first"
        )
    if array.dtype.name in _WIDER:
        array = array.astype(_WIDER[array.dtype.name])
    # torch shares memory with the array, which it cannot do backwards and warns about when the array is
    # read-only.
    return array if array.flags.writeable and all(s >= 0 for s in array.strides) else array.copy()


def _default_type(x: Any, array: np.ndarray) -> torch.dtype | None:
    """The type of Python numbers; None keeps the type of an array."""
    while isinstance(x, list | tuple) and x:
        x = x[0]
    if not isinstance(x, bool | int | float | list | tuple):
        return None
    if array.dtype.kind == "f":
        return torch_dtype(settings.floatx())
    if array.dtype.kind in "iu" and (not array.size or -(2**31) <= array.min() <= array.max() < 2**31):
        return torch.int32
    return None
