"""Colours of pictures, from one space to another."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.ops.image.arguments import as_pictures, channel_axis_of
from wubu.symbolic.function import op

_LUMA = (0.2989, 0.587, 0.114)


def _planes(images: Any, data_format: str | None, function: str) -> tuple[torch.Tensor, tuple[torch.Tensor, ...], int]:
    x, axis = as_pictures(images, function), channel_axis_of(data_format)
    if not x.is_floating_point():
        raise ArgumentError(f"{function} expected a floating-point type. Received: {x.dtype}. Try: divide by 255 first")
    if x.shape[axis] != 3:
        raise ShapeError(f"{function} expected 3 channels. Received: shape {tuple(x.shape)}")
    return x, x.unbind(axis), axis


@op
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> torch.Tensor:
    """0.2989 r + 0.587 g + 0.114 b, as one channel; pictures of one channel stay.

    Args:
        images: (batch, height, width, 3), or without the batch; channels before the height for ``channels_first``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.

    Raises:
        ShapeError: when there are neither 1 nor 3 channels.
    """
    x, axis = as_pictures(images, "rgb_to_grayscale"), channel_axis_of(data_format)
    if x.shape[axis] not in (1, 3):
        raise ShapeError(f"rgb_to_grayscale expected 1 or 3 channels. Received: shape {tuple(x.shape)}")
    if x.shape[axis] == 1:
        return x.clone()
    r, g, b = x.unbind(axis)
    return (_LUMA[0] * r + _LUMA[1] * g + _LUMA[2] * b).to(x.dtype).unsqueeze(axis)


@op
def rgb_to_hsv(images: Any, data_format: str | None = None) -> torch.Tensor:
    """Red, green and blue from 0 to 1 as hue, saturation and value from 0 to 1.

    The value is the largest of the three, the saturation the range over the value, and the hue how far around the circle
    red, green, blue the colour is.
    """
    x, _, axis = _planes(images, data_format, "rgb_to_hsv")
    x = torch.where(x.abs() < torch.finfo(x.dtype).eps, torch.zeros((), dtype=x.dtype, device=x.device), x)
    r, g, b = x.unbind(axis)
    value, low = torch.maximum(torch.maximum(r, g), b), torch.minimum(torch.minimum(r, g), b)
    spread = value - low
    one, none = torch.ones_like(value), torch.zeros_like(value)
    saturation = torch.where(value > 0, spread / torch.where(value > 0, value, one), none)
    sixth = 1.0 / (6.0 * torch.where(spread > 0, spread, one))
    hue = torch.where(value == g, sixth * (b - r) + 2.0 / 6.0, sixth * (r - g) + 4.0 / 6.0)
    hue = torch.where(value == r, sixth * (g - b), hue)
    hue = torch.where(spread > 0, hue, none) + (hue < 0.0).to(hue.dtype)
    return torch.stack([hue, saturation, value], dim=axis)


@op
def hsv_to_rgb(images: Any, data_format: str | None = None) -> torch.Tensor:
    """Hue, saturation and value from 0 to 1 as red, green and blue: the inverse of ``rgb_to_hsv``."""
    _, (hue, saturation, value), axis = _planes(images, data_format, "hsv_to_rgb")
    turn = torch.remainder(hue, 1.0) * 6.0
    shares = [
        torch.clamp(torch.abs(turn - 3.0) - 1.0, 0.0, 1.0),
        torch.clamp(2.0 - torch.abs(turn - 2.0), 0.0, 1.0),
        torch.clamp(2.0 - torch.abs(turn - 4.0), 0.0, 1.0),
    ]
    return torch.stack([value * ((1.0 - saturation) + saturation * share) for share in shares], dim=axis)
