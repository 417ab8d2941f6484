"""What the operations on pictures have in common: checks, and pictures as a batch with channels last."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError


def as_pictures(images: Any, function: str) -> torch.Tensor:
    """Pictures as a tensor with three or four axes."""
    x = as_tensor(images)
    if x.dim() not in (3, 4):
        raise ShapeError(
            f"{function} expected a picture (3 axes) or a batch of pictures (4 axes). Received: shape {tuple(x.shape)}"
        )
    return x


def as_batch(images: Any, data_format: str | None, function: str) -> tuple[torch.Tensor, str, bool]:
    """Pictures as (batch, height, width, channels), their layout, and whether there was no axis of a batch."""
    layout = standardize_data_format(data_format)
    x = as_pictures(images, function)
    single = x.dim() == 3
    x = x.unsqueeze(0) if single else x
    return (x.movedim(1, -1) if layout == "channels_first" else x), layout, single


def restored(x: torch.Tensor, layout: str, single: bool) -> torch.Tensor:
    """Undo ``as_batch``."""
    x = x.movedim(-1, 1) if layout == "channels_first" else x
    return x.squeeze(0) if single else x


def chosen(value: Any, choices: Any, name: str) -> Any:
    """A value, if it is one of the choices."""
    if value not in choices:
        raise ArgumentError(f"Expected {name} to be one of {sorted(choices)}. Received: {name}={value!r}")
    return value


def channel_axis_of(data_format: str | None) -> int:
    """The axis of channels, counted from the end."""
    return -1 if standardize_data_format(data_format) == "channels_last" else -3


def back_to(made: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """A result in the type of the pictures; whole numbers are rounded and kept in the type's range."""
    if made.dtype is dtype:
        return made
    if not dtype.is_floating_point:
        info = torch.iinfo(dtype)
        made = made.round().clamp(info.min, info.max)
    return made.to(dtype)
