"""Pictures turned, moved, sheared and zoomed, a batch at a time, as SciPy's ``affine_transform`` does it.

Where a place of the result comes from is a matter of one 2×3 matrix for each picture; reading between the pixels is
torch's ``grid_sample``, and what lies outside of the picture follows SciPy's rules.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from wubu.errors import ArgumentError, MissingDependencyError, UnknownNameError

FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def matrix(
    height: int, width: int, theta: float = 0, tx: float = 0, ty: float = 0, shear: float = 0, zx: float = 1, zy: float = 1
) -> np.ndarray | None:
    """From places of the result to places of the picture, both (row, column): shape (2, 3). None where nothing moves.

    Args:
        height, width: of the picture; turns are about its centre.
        theta, shear: degrees.
        tx, ty: pixels.
        zx, zy: above 1 shows more of the picture.
    """
    made = np.eye(3)
    if theta:
        angle = math.radians(theta)
        made = made @ np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    if tx or ty:
        made = made @ np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1.0]])
    if shear:
        angle = math.radians(shear)
        made = made @ np.array([[1, -math.sin(angle), 0], [0, math.cos(angle), 0], [0, 0, 1.0]])
    if zx != 1 or zy != 1:
        made = made @ np.diag([zx, zy, 1.0])
    if not (theta or tx or ty or shear or zx != 1 or zy != 1):
        return None
    # Keras takes (height, width) for the centre's (x, y), and exchanges the axes afterwards.
    x, y = height / 2 - 0.5, width / 2 - 0.5
    made = np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) @ made @ np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1.0]])
    return made[[1, 0]][:, [1, 0, 2]]


def warp(
    pictures: torch.Tensor, matrices: np.ndarray, fill_mode: str = "nearest", cval: float = 0.0, order: int = 1
) -> torch.Tensor:
    """Read each picture where its matrix points.

    Args:
        pictures: shape (batch, channels, height, width), floats.
        matrices: shape (batch, 2, 3).
        fill_mode: one of ``FILL_MODES``.
        cval: what is outside, for ``"constant"``.
        order: 0 takes the nearest pixel, 1 mixes the four around, up to 5 are splines and need SciPy.

    Returns:
        The same shape.
    """
    if fill_mode not in FILL_MODES:
        raise UnknownNameError("fill_mode", fill_mode, FILL_MODES)
    if order not in (0, 1):
        return _spline(pictures, matrices, fill_mode, cval, order)
    height, width = pictures.shape[2:]
    # Places in double precision: a rotation of a large picture would be off by a thousandth of a pixel otherwise.
    m = torch.from_numpy(np.asarray(matrices, np.float64))
    rows, columns = torch.arange(height, dtype=torch.float64), torch.arange(width, dtype=torch.float64)
    grid = torch.empty((len(m), height, width, 2), dtype=pictures.dtype)
    outside = None
    for axis, size in ((0, height), (1, width)):
        lines = (m[:, axis, 0, None] * rows + m[:, axis, 2, None])[:, :, None]
        places = lines + (m[:, axis, 1, None] * columns)[:, None, :]  # (batch, height, width)
        if fill_mode == "constant":
            out = (places < 0) | (places > size - 1)
            outside = out if outside is None else outside | out
        elif fill_mode == "wrap":
            places = _wrapped(places, size - 1)
        if order == 0:
            places.add_(0.5).floor_()
        # as grid_sample counts: -1 and 1 are the outer edges of the picture
        grid[..., 1 - axis] = places.mul_(2).add_(1).div_(size).sub_(1)
    made = torch.nn.functional.grid_sample(
        pictures,
        grid,
        mode="bilinear" if order else "nearest",
        padding_mode="reflection" if fill_mode == "reflect" else "border",
        align_corners=False,
    )
    return made if outside is None else made.masked_fill_(outside[:, None], cval)


def _wrapped(places: torch.Tensor, period: int) -> torch.Tensor:
    """Outside of 0 to the last pixel a picture repeats, the last pixel upon the first."""
    if period < 1:
        return torch.zeros_like(places)
    low = places + period * (torch.trunc(-places / period) + 1)
    high = places - period * torch.trunc(places / period)
    return torch.where(places < 0, low, torch.where(places > period, high, places))


def _spline(pictures: torch.Tensor, matrices: np.ndarray, fill_mode: str, cval: float, order: int) -> torch.Tensor:
    if order not in range(2, 6):
        raise ArgumentError(f"Expected interpolation_order to be 0 to 5. Received: {order!r}")
    try:
        from scipy import ndimage
    except ImportError as error:
        raise MissingDependencyError("scipy", "report", f"interpolation_order={order}") from error
    made: list[Any] = []
    for picture, m in zip(pictures.numpy(), matrices):
        channels = [
            ndimage.affine_transform(channel, m[:, :2], m[:, 2], order=order, mode=fill_mode, cval=cval)
            for channel in picture
        ]
        made.append(np.stack(channels))
    return torch.from_numpy(np.stack(made))
