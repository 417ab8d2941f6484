"""Random changes of single pictures, as functions: ``random_rotation``, ``apply_affine_transform`` and the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.data.images import affine, transforming
from wubu.errors import ArgumentError, ShapeError


def apply_affine_transform(
    x: Any,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """Turn, move, shear and zoom a picture; see ``affine.matrix`` and ``affine.warp``."""
    x = np.asarray(x)
    if sorted((row_axis, col_axis, channel_axis)) != [0, 1, 2]:
        raise ArgumentError(
            f"Expected the axes 0, 1 and 2 in any order. Received: {row_axis}, {col_axis} and {channel_axis}"
        )
    if x.ndim != 3:
        raise ShapeError(f"Expected a picture with three axes. Received: shape {x.shape}")
    found = affine.matrix(x.shape[row_axis], x.shape[col_axis], theta, tx, ty, shear, zx, zy)
    if found is None:
        return x
    planes, order_of = _planes(x, channel_axis, row_axis, col_axis)
    made = affine.warp(planes, found[None], fill_mode, cval, order)
    return _back(made, order_of, x.dtype)


def apply_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """Add a number to a picture's values, within its own smallest and largest one."""
    x = np.asarray(x)
    return np.clip(x + intensity, x.min(), x.max())


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """Make a picture (height, width, channels) lighter or darker; see ``transforming.light``."""
    planes, order_of = _planes(np.asarray(x), 2, 0, 1)
    return _back(transforming.light(planes, [brightness], scale), order_of, np.float32)


def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Turn by up to ``rg`` degrees."""
    theta = np.random.uniform(-rg, rg)
    return apply_affine_transform(
        x,
        theta=theta,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Move by up to a share of the width and of the height."""
    tx = np.random.uniform(-hrg, hrg) * np.shape(x)[row_axis]
    ty = np.random.uniform(-wrg, wrg) * np.shape(x)[col_axis]
    return apply_affine_transform(
        x,
        tx=tx, ty=ty,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Shear by up to ``intensity`` degrees."""
    shear = np.random.uniform(-intensity, intensity)
    return apply_affine_transform(
        x,
        shear=shear,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_zoom(
    x: Any,
    zoom_range: Sequence[float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """Zoom by two factors within a range."""
    if len(zoom_range) != 2:
        raise ArgumentError(f"Expected zoom_range to be two factors. Received: {zoom_range!r}")
    same = zoom_range[0] == 1 and zoom_range[1] == 1
    zx, zy = (1, 1) if same else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return apply_affine_transform(
        x,
        zx=zx, zy=zy,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_channel_shift(x: Any, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """Add up to a number, or take it away; see ``apply_channel_shift``."""
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis)


def random_brightness(x: Any, brightness_range: Sequence[float], scale: bool = True) -> np.ndarray:
    """Light by a factor within a range; see ``apply_brightness_shift``."""
    if len(brightness_range) != 2:
        raise ArgumentError(f"Expected brightness_range to be two factors. Received: {brightness_range!r}")
    return apply_brightness_shift(x, np.random.uniform(brightness_range[0], brightness_range[1]), scale)


def _planes(x: np.ndarray, *order: int) -> tuple[torch.Tensor, tuple[int, ...]]:
    floats = x if x.dtype in (np.float32, np.float64) else x.astype(np.float32)
    return torch.from_numpy(np.array(floats.transpose(order)[None])), order


def _back(planes: torch.Tensor, order: tuple[int, ...], dtype: Any) -> np.ndarray:
    return planes[0].numpy().transpose(np.argsort(order)).astype(dtype, copy=False)
