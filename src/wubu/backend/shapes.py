"""Shapes: reshaping, joining, repeating, padding, picking; by the names and arguments of ``K``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu import ops
from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.symbolic.function import op

__all__ = [
    "arange", "asymmetric_temporal_padding", "batch_flatten", "concatenate", "expand_dims", "flatten", "gather",
    "one_hot", "permute_dimensions", "repeat", "repeat_elements", "reshape", "resize_images", "resize_volumes",
    "reverse", "slice", "spatial_2d_padding", "spatial_3d_padding", "squeeze", "stack", "temporal_padding", "tile",
    "transpose",
]  # fmt: skip


def reshape(x: Any, shape: Sequence[int]) -> Any:
    """The same numbers in another shape; one size may be -1."""
    return ops.reshape(x, tuple(-1 if d is None else d for d in shape))


def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """The axes in another order."""
    return ops.transpose(x, tuple(pattern))


def transpose(x: Any) -> Any:
    """The axes in reverse."""
    return ops.transpose(x)


@op
def flatten(x: Any) -> torch.Tensor:
    """All numbers along one axis."""
    return as_tensor(x).reshape(-1)


@op
def batch_flatten(x: Any) -> torch.Tensor:
    """All numbers of each sample along one axis: (batch, n)."""
    x = as_tensor(x)
    return x.reshape(x.shape[0], -1)


def expand_dims(x: Any, axis: int = -1) -> Any:
    """A new axis of size 1."""
    return ops.expand_dims(x, axis)


def squeeze(x: Any, axis: int) -> Any:
    """Without an axis of size 1."""
    return ops.squeeze(x, axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """Tensors side by side along a new axis."""
    return ops.stack(list(x), axis=axis)


def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """Tensors one after the other along an axis."""
    return ops.concatenate(list(tensors), axis=axis)


def repeat(x: Any, n: int) -> Any:
    """A (batch, n) tensor repeated along a new axis in the middle: (batch, times, n)."""
    return _repeat(x, n)


@op
def _repeat(x: Any, n: int) -> torch.Tensor:
    return as_tensor(x).unsqueeze(1).expand(-1, n, -1)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element so many times in a row along an axis."""
    return ops.repeat(x, rep, axis=axis)


def tile(x: Any, n: int | Sequence[int]) -> Any:
    """The whole tensor so many times along each axis."""
    return ops.tile(x, (n,) if isinstance(n, int) else tuple(n))


def reverse(x: Any, axes: int | Sequence[int]) -> Any:
    """Axes backwards."""
    return ops.flip(x, axis=(axes,) if isinstance(axes, int) else tuple(axes))


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Any:
    """Numbers at equal distances."""
    return ops.arange(start, stop, step, dtype=dtype)


def gather(reference: Any, indices: Any) -> Any:
    """The rows of a tensor that whole numbers name."""
    return ops.take(reference, indices, axis=0)


def one_hot(indices: Any, num_classes: int) -> Any:
    """Rows of zeros with a 1 at each given place."""
    return ops.one_hot(indices, num_classes)


def slice(x: Any, start: Sequence[int], size: Sequence[int]) -> Any:
    """The block of a size that begins at given places; -1 is all that is left."""
    return _slice(x, tuple(start), tuple(size))


@op
def _slice(x: Any, start: tuple[int, ...], size: tuple[int, ...]) -> torch.Tensor:
    x = as_tensor(x)
    for axis, (first, count) in enumerate(zip(start, size)):
        x = x.narrow(axis, first, x.shape[axis] - first if count == -1 else count)
    return x


# --- padding and resizing -----------------------------------------------------------------------------------------


def _pad(x: Any, pads: Sequence[tuple[int, int]], data_format: str | None) -> Any:
    """Zeros around the axes of space."""
    rest = [(0, 0)]
    around = [*rest, *rest, *pads] if standardize_data_format(data_format) == "channels_first" else [*rest, *pads, *rest]
    return ops.pad(x, tuple(around))


def temporal_padding(x: Any, padding: tuple[int, int] = (1, 1)) -> Any:
    """Zeros before and after the steps of (batch, steps, features)."""
    return ops.pad(x, ((0, 0), tuple(padding), (0, 0)))


def asymmetric_temporal_padding(x: Any, left_pad: int = 1, right_pad: int = 1) -> Any:
    """Keras 1's form of ``temporal_padding``."""
    return temporal_padding(x, (left_pad, right_pad))


def spatial_2d_padding(
    x: Any, padding: Sequence[Sequence[int]] = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around pictures."""
    pairs = [(p, p) if isinstance(p, int) else (p[0], p[1]) for p in padding]
    return _pad(x, pairs, data_format)


def spatial_3d_padding(
    x: Any, padding: Sequence[Sequence[int]] = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around volumes."""
    pairs = [(p, p) if isinstance(p, int) else (p[0], p[1]) for p in padding]
    return _pad(x, pairs, data_format)


@op
def resize_images(
    x: Any, height_factor: int, width_factor: int, data_format: str | None = None, interpolation: str = "nearest"
) -> torch.Tensor:
    """Pictures larger by whole factors.

    Args:
        x: (batch, height, width, channels), or by ``data_format``.
        height_factor, width_factor: whole numbers.
        data_format: default the global one.
        interpolation: ``"nearest"`` or ``"bilinear"``.
    """
    if interpolation not in ("nearest", "bilinear"):
        raise ArgumentError(f"Expected interpolation 'nearest' or 'bilinear'. Received: {interpolation!r}")
    x = as_tensor(x)
    first = standardize_data_format(data_format) == "channels_first"
    x = x if first else x.movedim(-1, 1)
    options: dict[str, Any] = {"align_corners": False} if interpolation == "bilinear" else {}
    size = (x.shape[2] * height_factor, x.shape[3] * width_factor)
    made = F.interpolate(x, size=size, mode=interpolation, **options)
    return made if first else made.movedim(1, -1)


@op
def resize_volumes(
    x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str | None = None
) -> torch.Tensor:
    """Volumes larger by whole factors: each voxel is repeated."""
    x = as_tensor(x)
    first = 2 if standardize_data_format(data_format) == "channels_first" else 1
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), first):
        x = x.repeat_interleave(factor, dim=axis)
    return x
