"""Shapes and places: reshaping, joining, splitting, picking."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.promotion import axes_of, tensors
from wubu.symbolic.function import op


@op
def reshape(x: Any, newshape: Any) -> torch.Tensor:
    """The same numbers in another shape; one size may be -1."""
    shape = (newshape,) if isinstance(newshape, int) else tuple(-1 if d is None else int(d) for d in newshape)
    return torch.reshape(as_tensor(x), shape)


@op
def ravel(x: Any) -> torch.Tensor:
    """The numbers in one axis."""
    return torch.flatten(as_tensor(x))


@op
def transpose(x: Any, axes: Sequence[int] | None = None) -> torch.Tensor:
    """The axes in another order; reversed by default."""
    x = as_tensor(x)
    return torch.permute(x, tuple(axes) if axes is not None else tuple(range(x.dim()))[::-1])


@op
def swapaxes(x: Any, axis1: int, axis2: int) -> torch.Tensor:
    """Two axes exchanged."""
    return torch.swapaxes(as_tensor(x), axis1, axis2)


@op
def moveaxis(x: Any, source: Any, destination: Any) -> torch.Tensor:
    """Axes moved to other places."""
    return torch.movedim(as_tensor(x), source, destination)


@op
def expand_dims(x: Any, axis: Any) -> torch.Tensor:
    """New axes of size 1."""
    x = as_tensor(x)
    axes = axes_of(axis) or ()
    rank = x.dim() + len(axes)
    for a in sorted(a % rank for a in axes):
        x = torch.unsqueeze(x, a)
    return x


@op
def squeeze(x: Any, axis: Any = None) -> torch.Tensor:
    """Axes of size 1 taken out."""
    x = as_tensor(x)
    if axis is None:
        return torch.squeeze(x)
    axes = axes_of(axis) or ()
    for a in axes:
        if x.shape[a] != 1:
            raise ArgumentError(f"squeeze: axis {a} of shape {tuple(x.shape)} has size {x.shape[a]}. Expected: 1")
    return torch.squeeze(x, axes)


@op
def broadcast_to(x: Any, shape: Any) -> torch.Tensor:
    """Repeated along axes of size 1, without copying."""
    return torch.broadcast_to(as_tensor(x), tuple(shape))


@op
def concatenate(xs: Any, axis: int | None = 0) -> torch.Tensor:
    """Tensors joined along an axis they have; None joins the flattened ones."""
    parts = tensors(*xs)
    if axis is None:
        return torch.cat([p.flatten() for p in parts])
    return torch.cat(parts, dim=axis)


@op
def stack(x: Any, axis: int = 0) -> torch.Tensor:
    """Tensors joined along a new axis."""
    return torch.stack(tensors(*x), dim=axis)


@op
def append(x1: Any, x2: Any, axis: int | None = None) -> torch.Tensor:
    """x2 joined to the end of x1."""
    return concatenate([x1, x2], axis=axis)


@op
def hstack(xs: Any) -> torch.Tensor:
    """Joined along the second axis (the first for vectors)."""
    return torch.hstack(tensors(*xs))


@op
def vstack(xs: Any) -> torch.Tensor:
    """Joined along the first axis; vectors are rows."""
    return torch.vstack(tensors(*xs))


@op
def dstack(xs: Any) -> torch.Tensor:
    """Joined along the third axis."""
    return torch.dstack(tensors(*xs))


@op
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[torch.Tensor]:
    """Cut along an axis into equal parts (a number) or at places (a list)."""
    x = as_tensor(x)
    if isinstance(indices_or_sections, int):
        if x.shape[axis] % indices_or_sections:
            raise ArgumentError(
                f"split: size {x.shape[axis]} of axis {axis} cannot be cut into {indices_or_sections} equal parts. "
                "Try: array_split, or a list of places"
            )
        return list(torch.tensor_split(x, indices_or_sections, dim=axis))
    return list(torch.tensor_split(x, _places(indices_or_sections), dim=axis))


@op
def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[torch.Tensor]:
    """Cut along an axis; the first parts are one larger where equal ones do not fit."""
    where = indices_or_sections if isinstance(indices_or_sections, int) else _places(indices_or_sections)
    return list(torch.tensor_split(as_tensor(x), where, dim=axis))


def _places(indices: Any) -> list[int]:
    return [int(i) for i in (indices.tolist() if hasattr(indices, "tolist") else indices)]


@op
def hsplit(x: Any, indices_or_sections: Any) -> list[torch.Tensor]:
    """Cut along the second axis (the first for vectors)."""
    x = as_tensor(x)
    return split(x, indices_or_sections, axis=0 if x.dim() == 1 else 1)


@op
def vsplit(x: Any, indices_or_sections: Any) -> list[torch.Tensor]:
    """Cut along the first axis."""
    return split(x, indices_or_sections, axis=0)


@op
def dsplit(x: Any, indices_or_sections: Any) -> list[torch.Tensor]:
    """Cut along the third axis."""
    return split(x, indices_or_sections, axis=2)


@op
def flip(x: Any, axis: Any = None) -> torch.Tensor:
    """The order along axes reversed; all axes by default."""
    x = as_tensor(x)
    axes = axes_of(axis)
    return torch.flip(x, tuple(range(x.dim())) if axes is None else axes)


@op
def fliplr(x: Any) -> torch.Tensor:
    """Left and right exchanged."""
    return torch.flip(as_tensor(x), (1,))


@op
def flipud(x: Any) -> torch.Tensor:
    """Top and bottom exchanged."""
    return torch.flip(as_tensor(x), (0,))


@op
def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> torch.Tensor:
    """Turned by k quarter turns in the plane of two axes."""
    return torch.rot90(as_tensor(array), k, tuple(axes))


@op
def roll(x: Any, shift: Any, axis: Any = None) -> torch.Tensor:
    """Moved along axes, what leaves at one end entering at the other."""
    return torch.roll(as_tensor(x), shift, axis)


@op
def repeat(x: Any, repeats: Any, axis: int | None = None) -> torch.Tensor:
    """Each element repeated."""
    x = as_tensor(x)
    if isinstance(repeats, torch.Tensor):
        return torch.repeat_interleave(x, repeats.to(x.device), dim=axis)
    counts = np.atleast_1d(np.asarray(repeats, dtype=int))
    length = x.numel() if axis is None else x.shape[axis]
    each = np.broadcast_to(counts, (length,))
    # The places are known on the host, so that the result's size is known without values.
    where = torch.as_tensor(np.repeat(np.arange(length), each), device=x.device)
    return torch.index_select(x.flatten() if axis is None else x, 0 if axis is None else axis, where)


@op
def tile(x: Any, repeats: Any) -> torch.Tensor:
    """The whole repeated along axes."""
    return torch.tile(as_tensor(x), (repeats,) if isinstance(repeats, int) else tuple(int(r) for r in repeats))


_PAD_MODES = {"reflect": "reflect", "edge": "replicate", "wrap": "circular"}


@op
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> torch.Tensor:
    """Numbers added around a tensor.

    Args:
        x: the tensor.
        pad_width: how many before and after: one number, one pair, or a pair for each axis.
        mode: constant, reflect, symmetric, edge or wrap.
        constant_values: what is added with ``"constant"``. Default 0.
    """
    x = as_tensor(x)
    widths = np.broadcast_to(np.asarray(pad_width, dtype=int), (x.dim(), 2)).tolist()
    if mode == "constant":
        flat = [n for before_after in reversed(widths) for n in before_after]
        value = 0 if constant_values is None else constant_values
        return torch.nn.functional.pad(x, flat, value=value.item() if hasattr(value, "item") else value)
    if mode not in ("symmetric", *_PAD_MODES):
        raise ArgumentError(f"Expected mode constant, reflect, symmetric, edge or wrap. Received: mode={mode!r}")
    for axis, (before, after) in enumerate(widths):
        x = torch.index_select(x, axis, _padded_places(x.shape[axis], before, after, mode, x.device))
    return x


def _padded_places(size: int, before: int, after: int, mode: str, device: torch.device) -> torch.Tensor:
    place = torch.arange(-before, size + after, device=device)
    if mode == "edge":
        return place.clamp(0, size - 1)
    if mode == "wrap":
        return place % size
    if mode == "symmetric":
        place = place % (2 * size)
        return torch.where(place < size, place, 2 * size - 1 - place)
    if size == 1:
        return torch.zeros_like(place)
    place = place % (2 * size - 2)
    return torch.where(place < size, place, 2 * size - 2 - place)


@op
def take(x: Any, indices: Any, axis: int | None = None) -> torch.Tensor:
    """The elements at places along an axis, or of the flattened tensor; places count from the end when negative."""
    x, where = as_tensor(x), as_tensor(indices).long()
    if axis is None:
        x, axis = x.flatten(), 0
    where = torch.where(where < 0, where + x.shape[axis], where)
    picked = torch.index_select(x, axis, where.flatten())
    axis = axis % x.dim()
    return picked.reshape(*x.shape[:axis], *where.shape, *x.shape[axis + 1 :])


@op
def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> torch.Tensor:
    """For each place of ``indices``, the element of x at that index along an axis."""
    x, where = as_tensor(x), as_tensor(indices).long()
    if axis is None:
        x, where, axis = x.flatten(), where.flatten(), 0
    where = torch.where(where < 0, where + x.shape[axis], where)
    return torch.take_along_dim(x, where, dim=axis)


@op
def get_item(x: Any, key: Any) -> torch.Tensor:
    """``x[key]``."""
    return as_tensor(x)[
        tuple(key) if isinstance(key, list) and builtins.any(isinstance(k, slice) for k in key) else key
    ]


@op
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where the condition holds, x2 elsewhere; the places of nonzero elements when they are left out."""
    condition = as_tensor(condition).to(torch.bool)
    if x1 is None and x2 is None:
        return list(torch.where(condition))
    a, b = tensors(x1, x2)
    return torch.where(condition, a, b)


@op
def nonzero(x: Any) -> torch.Tensor:
    """The places of nonzero elements: (axes, count), int32."""
    return torch.nonzero(as_tensor(x)).T.to(torch.int32)


@op
def select(condlist: Any, choicelist: Any, default: Any = 0) -> torch.Tensor:
    """The choice of the first condition that holds, ``default`` where none does."""
    choices = tensors(*choicelist)
    result = torch.as_tensor(default, dtype=choices[0].dtype, device=choices[0].device)
    for condition, choice in zip(reversed(list(condlist)), reversed(choices)):
        result = torch.where(as_tensor(condition).to(torch.bool), choice, result)
    return result


@op
def clip(x: Any, x_min: Any, x_max: Any) -> torch.Tensor:
    """x kept between two bounds."""
    x = as_tensor(x)
    if isinstance(x_min, int | float | None) and isinstance(x_max, int | float | None):
        return torch.clamp(x.to(torch.int32) if x.dtype is torch.bool else x, x_min, x_max)
    low, high = as_tensor(x_min).to(x.dtype), as_tensor(x_max).to(x.dtype)
    return torch.minimum(torch.maximum(x, low), high)


@op
def diag(x: Any, k: int = 0) -> torch.Tensor:
    """A vector as a diagonal matrix, or a matrix's k-th diagonal."""
    return torch.diag(as_tensor(x), k)


@op
def diagflat(x: Any, k: int = 0) -> torch.Tensor:
    """The flattened numbers as a diagonal matrix."""
    return torch.diagflat(as_tensor(x), k)


@op
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> torch.Tensor:
    """The diagonal in the plane of two axes, as the last axis."""
    return torch.diagonal(as_tensor(x), offset, axis1, axis2)


@op
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> torch.Tensor:
    """The sum of a diagonal."""
    from wubu.ops.numpy.reductions import sum as total

    return total(torch.diagonal(as_tensor(x), offset, axis1, axis2), axis=-1)


@op
def tril(x: Any, k: int = 0) -> torch.Tensor:
    """Zeros above the k-th diagonal."""
    return torch.tril(as_tensor(x), k)


@op
def triu(x: Any, k: int = 0) -> torch.Tensor:
    """Zeros below the k-th diagonal."""
    return torch.triu(as_tensor(x), k)


@op
def diff(a: Any, n: int = 1, axis: int = -1) -> torch.Tensor:
    """The n-th differences of neighbours along an axis."""
    return torch.diff(as_tensor(a), n, axis)


@op
def view(x: Any, dtype: Any = None) -> torch.Tensor:
    """The same bytes read as another type."""
    return as_tensor(x).view(torch_dtype(dtype)) if dtype is not None else as_tensor(x)


@op
def unravel_index(indices: Any, shape: Any) -> Any:
    """Places in a flattened tensor as places along each axis."""
    return [i.to(torch.int32) for i in torch.unravel_index(as_tensor(indices).long(), tuple(shape))]


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(x.shape) if hasattr(x, "shape") else as_tensor(x).dim()


def size(x: Any) -> Any:
    """The number of elements, or None where a size is unknown."""
    total = 1
    for d in x.shape if hasattr(x, "shape") else as_tensor(x).shape:
        if d is None:
            return None
        total *= d
    return total
