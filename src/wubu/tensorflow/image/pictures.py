"""Pictures as tensors: their axes, and from one type to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.tensorflow.conversion import convert
from wubu.tensorflow.creation import saturate_cast
from wubu.tensorflow.dispatch import api, inner
from wubu.tensorflow.dtypes import as_dtype, torch_type


def picture(image: Any) -> torch.Tensor:
    """A plain tensor with at least three axes.

    Raises:
        ValueError: when there are fewer.
    """
    x = convert(image)
    if x.dim() < 3:
        raise ValueError(f"'image' (shape {tuple(x.shape)}) must be at least three-dimensional.")
    return x


def three_or_four(images: Any, name: str = "image") -> torch.Tensor:
    """A plain tensor of one picture or of several.

    Raises:
        ValueError: for other numbers of axes.
    """
    x = convert(images)
    if x.dim() not in (3, 4):
        raise ValueError(f"'{name}' (shape {tuple(x.shape)}) must have either 3 or 4 dimensions.")
    return x


def as_floats(x: torch.Tensor) -> torch.Tensor:
    """Pictures of whole numbers as floats from 0 to 1."""
    return x if x.dtype.is_floating_point else converted(x, torch.float32)


def in_floats(function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Apply a function to pictures as floats and give the result in their own type."""
    kind = x.dtype
    made = function(x if kind in (torch.float16, torch.float32, torch.float64) else converted(x, torch.float32))
    return converted(made, kind, saturate=True)


def converted(x: torch.Tensor, kind: torch.dtype, saturate: bool = False) -> torch.Tensor:
    """Pictures in another type: floats run from 0 to 1, whole numbers from 0 to the largest of the type."""
    if x.dtype is kind:
        return x
    if not x.dtype.is_floating_point and not kind.is_floating_point:
        return _between_wholes(x, kind, saturate)
    if x.dtype.is_floating_point and kind.is_floating_point:
        return x.to(kind)
    if kind.is_floating_point:
        return x.to(kind) * (1.0 / torch.iinfo(x.dtype).max)
    limit = torch.iinfo(kind).max
    scaled = x * (limit + 0.5)  # what is below 1 comes out below the limit
    return inner(saturate_cast)(scaled, as_dtype(kind)) if saturate else _cut(scaled, kind)


def _cut(x: torch.Tensor, kind: torch.dtype) -> torch.Tensor:
    return x.to(torch.int64).to(kind) if kind.itemsize < 4 else x.to(kind)


def _between_wholes(x: torch.Tensor, kind: torch.dtype, saturate: bool) -> torch.Tensor:
    own, other = torch.iinfo(x.dtype).max, torch.iinfo(kind).max
    if own > other:
        scaled = torch.div(x.to(torch.int64), (own + 1) // (other + 1), rounding_mode="floor")
        return scaled.clamp(torch.iinfo(kind).min, other).to(kind) if saturate else scaled.to(kind)
    return (x.to(torch.int64) * ((other + 1) // (own + 1))).to(kind)


@api
def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False) -> torch.Tensor:
    """Pictures in another type: floats run from 0 to 1, whole numbers from 0 to the largest of the type.

    Args:
        image: pictures.
        dtype: the type.
        saturate: whether numbers beyond the range stay at its ends.
    """
    return converted(convert(image), torch_type(dtype), saturate)
