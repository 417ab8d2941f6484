"""Resizing as ``tf.image.resize`` does it: values at the centres of pixels; smoothing before a picture shrinks if asked for.

A resized value is a weighted sum of a few neighbours, along one axis after the other. The weights are a kernel at the
distances of the neighbours, scaled to a sum of 1; neighbours outside of the picture count nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
import torch

from wubu.errors import UnknownNameError


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys (1981) with a = -1/2."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _mitchell(x: np.ndarray) -> np.ndarray:
    """Mitchell and Netravali (1988) with B = C = 1/3."""
    x = np.abs(x)
    near = ((7.0 / 6.0 * x - 2.0) * x) * x + 8.0 / 9.0
    far = ((-7.0 / 18.0 * x + 2.0) * x - 10.0 / 3.0) * x + 16.0 / 9.0
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _gaussian(x: np.ndarray) -> np.ndarray:
    return np.where(np.abs(x) < 1.5, np.exp(-(x * x) / (2 * 0.5 * 0.5)), 0.0)


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(0.0, 1.0 - np.abs(x))


def _lanczos(radius: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.where(np.abs(x) <= radius, np.sinc(x) * np.sinc(x / radius), 0.0)


_KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "bicubic": (2.0, _cubic),
    "bilinear": (1.0, _triangle),
    "gaussian": (1.5, _gaussian),
    "lanczos3": (3.0, _lanczos(3.0)),
    "lanczos5": (5.0, _lanczos(5.0)),
    "mitchellcubic": (2.0, _mitchell),
}
SMOOTHING = ("gaussian", "mitchellcubic")  # kernels that change a picture even where its size stays
METHODS = (*sorted(_KERNELS), "area", "nearest")


def resize(
    picture: torch.Tensor, size: tuple[int, int], method: str = "bilinear", antialias: bool = False
) -> torch.Tensor:
    """Resize a picture.

    Args:
        picture: shape ``(height, width, channels)``, of any type.
        size: height and width.
        method: one of ``METHODS``.
        antialias: whether the kernel is widened where a picture shrinks (not for ``area`` and ``nearest``).

    Returns:
        float32, shape ``(*size, channels)``; for ``"nearest"``, and where nothing changes, the picture's own type.
    """
    if method not in METHODS:
        raise UnknownNameError("interpolation", method, METHODS)
    if tuple(picture.shape[:2]) == tuple(size) and method not in SMOOTHING:
        return picture
    if method == "nearest":
        rows, columns = (_nearest(picture.shape[axis], size[axis]) for axis in (0, 1))
        return picture.index_select(0, rows).index_select(1, columns)
    if method == "bilinear" and not antialias and min(picture.shape) > 0:
        stacked = picture.permute(2, 0, 1)[None].to(torch.float32)  # (1, channels, height, width)
        found = torch.nn.functional.interpolate(stacked, size, mode="bilinear", align_corners=False)
        return found[0].permute(1, 2, 0)
    # The axis that shrinks more goes first: it leaves less to do for the other.
    axes = (0, 1) if size[0] * picture.shape[1] <= size[1] * picture.shape[0] else (1, 0)
    for axis in axes:
        if picture.shape[axis] != size[axis] or method in SMOOTHING:
            picture = _along(picture, axis, size[axis], method, antialias)
    return picture.to(torch.float32)


def resized_bytes(picture: torch.Tensor, size: tuple[int, int], method: str = "bilinear") -> torch.Tensor:
    """Resize a picture of bytes to one of bytes, rounded; see ``resize``."""
    if method == "bilinear" and picture.shape[2] == 3 and tuple(picture.shape[:2]) != tuple(size):
        found = torch.nn.functional.interpolate(picture.permute(2, 0, 1)[None], size, mode="bilinear")
        return found[0].permute(1, 2, 0)
    found = resize(picture, size, method)
    if found.dtype is torch.uint8:
        return found
    # Means of bytes are nowhere outside of their range.
    found = found.add_(0.5) if method in ("area", "bilinear") else found.round_().clamp_(0, 255)
    return torch.from_numpy(found.numpy().astype(np.uint8))  # five times as quick as torch's


def resized_crop(picture: torch.Tensor, size: tuple[int, int], method: str = "bilinear") -> torch.Tensor:
    """Resize the largest centred part that has the proportions of ``size``; see ``resize``."""
    height, width = picture.shape[0], picture.shape[1]
    crop_height = max(1, min(height, int(width * size[0] / size[1])))
    crop_width = max(1, min(width, int(height * size[1] / size[0])))
    top, left = int((height - crop_height) / 2), int((width - crop_width) / 2)
    return resize(picture[top : top + crop_height, left : left + crop_width], size, method)


def resized_pad(picture: torch.Tensor, size: tuple[int, int], method: str = "bilinear") -> torch.Tensor:
    """Resize to fit into ``size`` with the same proportions, black beside it; see ``resize``."""
    height, width = picture.shape[0], picture.shape[1]
    # In TensorFlow's precision, which now and then leaves a column of black that exact numbers would not.
    lengths, wanted = np.array([height, width], np.float32), np.array(size, np.float32)
    parts = lengths / (lengths / wanted).max()
    inner = (max(1, int(parts[0])), max(1, int(parts[1])))
    top, left = (max(0, math.floor(gap)) for gap in (wanted - parts) / 2)
    found = resize(picture, inner, method)
    made = found.new_zeros((*size, picture.shape[2]))
    made[top : top + inner[0], left : left + inner[1]] = found
    return made


@functools.lru_cache(maxsize=256)
def _nearest(length: int, wanted: int) -> torch.Tensor:
    places = np.floor((np.arange(wanted, dtype=np.float32) + np.float32(0.5)) * np.float32(length / wanted))
    return torch.from_numpy(np.minimum(places.astype(np.int64), length - 1))


@functools.lru_cache(maxsize=256)
def _taps(length: int, wanted: int, method: str, antialias: bool = False) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """For each neighbour: where it is, and its weight, for all places of the result."""
    scale = length / wanted
    if method == "area":
        first = np.floor(np.arange(wanted) * scale)
        count = int(math.ceil(scale)) + 1
        places = first[:, None] + np.arange(count)  # (wanted, count)
        begin, end = np.arange(wanted)[:, None] * scale, (np.arange(wanted)[:, None] + 1) * scale
        weights = np.clip(np.minimum(places + 1, end) - np.maximum(places, begin), 0, None)
    else:
        radius, kernel = _KERNELS[method]
        wide = max(scale, 1.0) if antialias else 1.0
        centres = (np.arange(wanted) + 0.5) * scale
        first, count = np.ceil(centres - radius * wide - 0.5)[:, None], int(2 * radius * wide) + 1
        places = first + np.arange(count)  # (wanted, taps)
        weights = kernel((places + 0.5 - centres[:, None]) / wide)
    weights[(places < 0) | (places >= length)] = 0.0
    weights /= weights.sum(axis=1, keepdims=True)
    places = np.clip(places, 0, length - 1).astype(np.int64)
    used = [i for i in range(weights.shape[1]) if np.any(np.abs(weights[:, i]) > 1e-9)]
    return [(torch.from_numpy(places[:, i].copy()), torch.from_numpy(weights[:, i].astype(np.float32))) for i in used]


def _along(picture: torch.Tensor, axis: int, wanted: int, method: str, antialias: bool = False) -> torch.Tensor:
    shape = [1, 1, 1]
    shape[axis] = wanted
    made: torch.Tensor | None = None
    for places, weights in _taps(picture.shape[axis], wanted, method, antialias):
        part, weights = picture.index_select(axis, places), weights.reshape(shape)
        if made is None:
            made = part * weights if part.is_floating_point() else part.to(torch.float32).mul_(weights)
        else:
            made.addcmul_(part.to(torch.float32), weights)
    assert made is not None
    return made
