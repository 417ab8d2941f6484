"""Types of results: which type operands meet in, and what whole numbers become."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor

_SUMS = {
    torch.bool: torch.int32,
    torch.uint8: torch.int32,
    torch.int8: torch.int32,
    torch.int16: torch.int32,
    torch.int32: torch.int32,
}

# A table, because torch's own function counts as an operation, which a recorded step would have to repeat.
_TYPES = (
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16,
    torch.float32, torch.float64, torch.complex64, torch.complex128,
)  # fmt: skip
_MEETING = {(a, b): torch.promote_types(a, b) for a in _TYPES for b in _TYPES}


def meeting(*dtypes: torch.dtype) -> torch.dtype:
    """The type that tensors of some types meet in."""
    made = dtypes[0]
    for other in dtypes[1:]:
        made = _MEETING[made, other]
    return made


def operands(*values: Any) -> tuple[Any, ...]:
    """Values as tensors; Python numbers stay numbers when a tensor is among them, so that they do not widen its type."""
    if any(isinstance(v, torch.Tensor) for v in values):
        found = tuple(v if isinstance(v, int | float | bool | complex) else as_tensor(v) for v in values)
        if any(isinstance(v, torch.Tensor) and v.dtype is torch.bool for v in found) and any(type(v) is int for v in found):
            # What is no number meets a whole one in int32, where torch would choose int64.
            return tuple(v.to(torch.int32) if isinstance(v, torch.Tensor) and v.dtype is torch.bool else v for v in found)
        return found
    return tuple(as_tensor(v) for v in values)


def tensors(*values: Any) -> tuple[torch.Tensor, ...]:
    """Values as tensors of one type, for functions that take no Python numbers."""
    found = operands(*values)
    if all(isinstance(v, torch.Tensor) for v in found):
        dtype = meeting(*(value.dtype for value in found))
    else:
        dtype = (
            torch.result_type(*found)
            if len(found) == 2
            else next(v.dtype for v in found if isinstance(v, torch.Tensor))
        )
    device = next(v.device for v in found if isinstance(v, torch.Tensor))
    return tuple(
        v.to(dtype) if isinstance(v, torch.Tensor) else torch.tensor(v, dtype=dtype, device=device) for v in found
    )


def floating(x: Any) -> torch.Tensor:
    """A tensor of a floating-point type: whole numbers become floatx."""
    x = as_tensor(x)
    if x.is_floating_point() or x.is_complex():
        return x
    return x.to(torch_dtype(settings.floatx()))


def sum_dtype(x: torch.Tensor) -> torch.dtype:
    """The type that sums and products of a tensor have: int32 for smaller whole numbers, its own otherwise."""
    return _SUMS.get(x.dtype, x.dtype)


def countable(*xs: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The same tensors, those of Booleans as int32: torch neither orders nor divides these."""
    return tuple(x.to(torch.int32) if x.dtype is torch.bool else x for x in xs)


def axes_of(axis: Any) -> tuple[int, ...] | None:
    """An axis argument as a tuple of axes, or None for all."""
    if axis is None:
        return None
    return (int(axis),) if isinstance(axis, int) else tuple(int(a) for a in axis)
