"""Types, shapes, slices and updates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.core.dtypes import standardize_dtype, torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.symbolic.function import op


@op
def cast(x: Any, dtype: Any) -> torch.Tensor:
    """The numbers in another type."""
    return as_tensor(x).to(torch_dtype(dtype))


@op
def saturate_cast(x: Any, dtype: Any) -> torch.Tensor:
    """The numbers in another type, those out of its range at its ends."""
    x, kind = as_tensor(x), torch_dtype(dtype)
    if kind is torch.bool:
        return x.to(kind)
    info = torch.finfo(kind) if kind.is_floating_point else torch.iinfo(kind)
    if x.is_floating_point() and not kind.is_floating_point:
        x = torch.nan_to_num(x.double(), nan=0.0).clamp(float(info.min), float(info.max))
        # The largest whole number may not be exact as a float, and would then overflow.
        return torch.where(x >= float(info.max), torch.tensor(info.max, dtype=kind), x.to(kind))
    if x.dtype is torch.bool:
        return x.to(kind)
    own = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    return x.clamp(max(own.min, info.min), min(own.max, info.max)).to(kind)


def convert_to_tensor(x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None) -> Any:
    """A value as a tensor."""
    return as_tensor(x, dtype)


def convert_to_numpy(x: Any) -> np.ndarray:
    """A tensor's values as an array (a copy where the tensor lies elsewhere)."""
    if isinstance(x, torch.Tensor):
        x = x.detach().cpu()
        return x.float().numpy() if x.dtype is torch.bfloat16 else x.numpy()
    return np.asarray(x)


def is_tensor(x: Any) -> bool:
    """Whether something is a tensor."""
    return isinstance(x, torch.Tensor)


def dtype(x: Any) -> str:
    """The name of a tensor's type."""
    return standardize_dtype(x.dtype if hasattr(x, "dtype") else as_tensor(x).dtype)


def shape(x: Any) -> tuple[int | None, ...]:
    """A tensor's shape, None for sizes that are not known."""
    return tuple(x.shape) if hasattr(x, "shape") else tuple(as_tensor(x).shape)


@op
def stop_gradient(variable: Any) -> torch.Tensor:
    """The values, through which no gradient flows."""
    return as_tensor(variable).detach()


@op
def scatter(indices: Any, values: Any, shape: Any) -> torch.Tensor:
    """Zeros of a shape with values added at places.

    Args:
        indices: places, (n, k) for the first k axes.
        values: (n, *the other axes).
        shape: the result's shape.
    """
    values = as_tensor(values)
    made = torch.zeros(tuple(shape), dtype=values.dtype, device=values.device)
    return _put(made, indices, values, accumulate=True)


@op
def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> torch.Tensor:
    """A copy with values put at places.

    Args:
        inputs: the tensor.
        indices: places, (n, k) for the first k axes.
        updates: (n, *the other axes).
        reduction: None puts, and add, mul, min or max combine with what is there.
    """
    x = as_tensor(inputs)
    updates = as_tensor(updates).to(x.dtype)
    if reduction in (None, "add"):
        return _put(x.clone(), indices, updates, accumulate=reduction == "add")
    modes = {"mul": "prod", "min": "amin", "max": "amax"}
    if reduction not in modes:
        raise ArgumentError(f"Expected reduction None, add, mul, min or max. Received: {reduction!r}")
    where = as_tensor(indices).long()
    depth = where.shape[-1]
    sizes = x.shape[:depth]
    flat_place = torch.zeros(where.shape[:-1], dtype=torch.int64, device=x.device)
    for axis in range(depth):
        flat_place = flat_place * sizes[axis] + where[..., axis] % sizes[axis]
    rest = int(np.prod(x.shape[depth:], dtype=int))
    flat = x.reshape(-1, rest)
    place = flat_place.reshape(-1, 1).expand(-1, rest)
    made = flat.scatter_reduce(0, place, updates.reshape(-1, rest), reduce=modes[reduction], include_self=True)
    return made.reshape(x.shape)


def _put(x: torch.Tensor, indices: Any, values: torch.Tensor, accumulate: bool) -> torch.Tensor:
    where = as_tensor(indices).long().to(x.device)
    return x.index_put(tuple(where.unbind(-1)), values, accumulate=accumulate)


@op
def slice(inputs: Any, start_indices: Any, shape: Any) -> torch.Tensor:
    """The block of a shape that begins at given places."""
    x = as_tensor(inputs)
    for axis, (start, size) in enumerate(zip(start_indices, shape)):
        x = torch.narrow(x, axis, start if isinstance(start, torch.Tensor) else int(start), int(size))
    return x


@op
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> torch.Tensor:
    """A copy with a block put in at given places."""
    x, block = as_tensor(inputs).clone(), as_tensor(updates)
    part = x
    for axis, (start, size) in enumerate(zip(start_indices, block.shape)):
        part = torch.narrow(part, axis, int(start), size)
    part.copy_(block)
    return x


@op
def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[torch.Tensor]:
    """The slices along an axis."""
    return list(torch.unbind(as_tensor(x), dim=axis))


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function that returns its result and a function of the upstream gradient for the gradients.

    Example:
        >>> @custom_gradient
        ... def clipped(x):
        ...     def grad(*args, upstream=None):
        ...         return (args[0] if upstream is None else upstream).clamp(-1, 1)
        ...     return x * 10, grad
    """

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *args: Any) -> Any:
            result, ctx.gradient = f(*args)
            ctx.count = len(args)
            return result

        @staticmethod
        def backward(ctx: Any, *upstream: Any) -> Any:
            try:
                made = ctx.gradient(*upstream)
            except TypeError:
                made = ctx.gradient(upstream=upstream[0])
            made = tuple(made) if isinstance(made, list | tuple) else (made,)
            return (*made, *([None] * (ctx.count - len(made))))

    def apply(*args: Any) -> Any:
        return Function.apply(*[as_tensor(a) if isinstance(a, np.ndarray) else a for a in args])

    return apply
