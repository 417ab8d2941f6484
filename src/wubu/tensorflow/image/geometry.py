"""Cutting, filling up, flipping and turning pictures."""

from __future__ import annotations

from typing import Any

import torch

from wubu.ops.image.patches import extract_patches as keras_extract_patches
from wubu.ops.nn.spatial import same_padding
from wubu.tensorflow.conversion import convert, host_value_of, integer, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.image.pictures import picture, three_or_four
from wubu.tensorflow.tensor import needs


def crop_box(x: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    """A part of plain pictures."""
    return x[..., top : top + height, left : left + width, :]


def pad_box(x: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    """Plain pictures at a place in zeros."""
    bottom, right = height - top - x.shape[-3], width - left - x.shape[-2]
    return torch.nn.functional.pad(x, (0, 0, left, right, top, bottom))


@api
def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> torch.Tensor:
    """The part of pictures that begins at a place and has a size."""
    x = picture(image)
    top, left, height, width = (integer(n) for n in (offset_height, offset_width, target_height, target_width))
    _check(left >= 0, "offset_width must be >= 0.")
    _check(top >= 0, "offset_height must be >= 0.")
    _check(width > 0, "target_width must be > 0.")
    _check(height > 0, "target_height must be > 0.")
    _check(x.shape[-2] >= width + left, "width must be >= target + offset.")
    _check(x.shape[-3] >= height + top, "height must be >= target + offset.")
    return crop_box(x, top, left, height, width)


@api
def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> torch.Tensor:
    """Pictures at a place in zeros of a size."""
    x = picture(image)
    top, left, height, width = (integer(n) for n in (offset_height, offset_width, target_height, target_width))
    _check(top >= 0, "offset_height must be >= 0")
    _check(left >= 0, "offset_width must be >= 0")
    _check(width - left - x.shape[-2] >= 0, "width must be <= target - offset")
    _check(height - top - x.shape[-3] >= 0, "height must be <= target - offset")
    return pad_box(x, top, left, height, width)


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@api
def central_crop(image: Any, central_fraction: Any) -> torch.Tensor:
    """The middle of pictures, a share of their height and width."""
    x, share = three_or_four(image), float(host_value_of(central_fraction))
    if not 0 < share <= 1:
        raise ValueError("central_fraction must be within (0, 1]")
    top, left = (int((n - n * share) / 2) for n in x.shape[-3:-1])
    return crop_box(x, top, left, x.shape[-3] - 2 * top, x.shape[-2] - 2 * left)


@api
def flip_left_right(image: Any) -> torch.Tensor:
    """Pictures with left and right exchanged."""
    return torch.flip(picture(image), (-2,))


@api
def flip_up_down(image: Any) -> torch.Tensor:
    """Pictures upside down."""
    return torch.flip(picture(image), (-3,))


@api
def transpose(image: Any) -> torch.Tensor:
    """Pictures with height and width exchanged."""
    return picture(image).transpose(-3, -2)


@api
def rot90(image: Any, k: Any = 1) -> torch.Tensor:
    """Pictures turned counter-clockwise by quarter turns."""
    return torch.rot90(picture(image), integer(k), (-3, -2))


@api
def extract_patches(images: Any, sizes: Any, strides: Any, rates: Any, padding: str) -> torch.Tensor:  # noqa: A002
    """Patches of pictures as channels: (number, rows, columns, patch height · patch width · channels)."""
    x = convert(images)
    size, step, wide = _pair(sizes), _pair(strides), _pair(rates)
    if step == size and max(wide) == 1:
        return keras_extract_patches(x, size, step, 1, padding.lower(), "channels_last")
    return patches(x, size, step, wide, padding)


def _pair(value: Any) -> tuple[int, int]:
    found = sizes(value)
    return (found[1], found[2]) if len(found) == 4 else (found[0], found[-1])


def patches(x: torch.Tensor, size: Any, step: Any, wide: Any, padding: str) -> torch.Tensor:
    """Patches of plain pictures, by cutting windows."""
    if padding.upper() == "SAME":
        (top, bottom), (left, right) = (same_padding(n, k, s, d) for n, k, s, d in zip(x.shape[1:3], size, step, wide))
        x = torch.nn.functional.pad(x, (0, 0, left, right, top, bottom))
    reach = [(k - 1) * d + 1 for k, d in zip(size, wide)]
    windows = x.unfold(1, reach[0], step[0]).unfold(2, reach[1], step[1])  # (n, rows, columns, channels, h, w)
    windows = windows[..., :: wide[0], :: wide[1]].permute(0, 1, 2, 4, 5, 3)
    return windows.reshape(*windows.shape[:3], -1)


@api
def extract_glimpse(
    input: Any, size: Any, offsets: Any, centered: bool = True, normalized: bool = True, noise: str = "uniform"
) -> torch.Tensor:
    """A part of each picture around a place; what lies outside of the picture is noise, or 0 with ``noise="zero"``."""
    x, places = convert(input), host_value_of(convert(offsets))
    height, width = sizes(size)
    made = []
    for image, (y, z) in zip(x, places):
        if normalized:
            y, z = y * image.shape[0], z * image.shape[1]
        if centered:
            y, z = y / (2 if normalized else 1) + image.shape[0] / 2, z / (2 if normalized else 1) + image.shape[1] / 2
        top, left = int(y - height / 2), int(z - width / 2)
        filled = torch.zeros((height, width, image.shape[-1]), dtype=x.dtype) if noise == "zero" else torch.rand(
            (height, width, image.shape[-1])
        ).to(x.dtype)
        rows = slice(max(0, top), max(0, min(image.shape[0], top + height)))
        columns = slice(max(0, left), max(0, min(image.shape[1], left + width)))
        part = image[rows, columns]
        begin = (max(0, -top), max(0, -left))
        filled[begin[0] : begin[0] + part.shape[0], begin[1] : begin[1] + part.shape[1]] = part
        made.append(filled)
    needs(bool(made), "Expected at least one picture")
    return torch.stack(made)
