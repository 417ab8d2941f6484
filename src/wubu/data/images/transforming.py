"""Applying drawn changes to pictures, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.data.images.affine import matrix, warp

_MOVES = ("theta", "tx", "ty", "shear", "zx", "zy")


def transform(
    pictures: torch.Tensor,
    parameters: Sequence[dict[str, Any]],
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> torch.Tensor:
    """Change each picture as its parameters say: move, shift the channels' values, flip, light.

    Args:
        pictures: shape (batch, channels, height, width), float32 or float64; may be changed in place.
        parameters: see ``random_parameters.draw``; missing ones change nothing.
        fill_mode, cval, order: see ``affine.warp``.
    """
    height, width = pictures.shape[2:]
    moves = [matrix(height, width, **{name: p[name] for name in _MOVES if name in p}) for p in parameters]
    moving = [i for i, move in enumerate(moves) if move is not None]
    if moving:
        matrices = np.stack([move for move in moves if move is not None])
        if len(moving) == len(moves):
            pictures = warp(pictures, matrices, fill_mode, cval, order)
        else:
            pictures[moving] = warp(pictures[moving], matrices, fill_mode, cval, order)
    pictures = shift_channels(pictures, [p.get("channel_shift_intensity") for p in parameters])
    for name, axis in (("flip_horizontal", 3), ("flip_vertical", 2)):
        flipped = [i for i, p in enumerate(parameters) if p.get(name)]
        if flipped:
            pictures[flipped] = pictures[flipped].flip(axis)
    return light(pictures, [p.get("brightness") for p in parameters])


def shift_channels(pictures: torch.Tensor, by: Sequence[float | None]) -> torch.Tensor:
    """Add a number to each picture, within its own smallest and largest value."""
    chosen = [i for i, value in enumerate(by) if value is not None]
    if not chosen:
        return pictures
    some = pictures[chosen]
    low, high = some.amin((1, 2, 3), keepdim=True), some.amax((1, 2, 3), keepdim=True)
    numbers = torch.tensor([by[i] for i in chosen], dtype=pictures.dtype)[:, None, None, None]
    pictures[chosen] = torch.clamp(some + numbers, low, high)
    return pictures


def light(pictures: torch.Tensor, factors: Sequence[float | None], scale: bool = False) -> torch.Tensor:
    """Make pictures lighter or darker, in bytes as Pillow does it: black for 0, unchanged for 1.

    Values outside of 0 to 255 are stretched to it first, and back afterwards; with ``scale`` all are, and stay.
    """
    chosen = [i for i, value in enumerate(factors) if value is not None]
    if not chosen:
        return pictures
    some = pictures[chosen]
    low, high = some.amin((1, 2, 3), keepdim=True), some.amax((1, 2, 3), keepdim=True)
    local = (low < 0) | (high > 255)
    stretched = local | scale
    spread = high - low
    wide = torch.where(spread == 0, torch.ones_like(spread), spread)
    in_bytes = torch.where(stretched, (some - low) / wide * 255, some).trunc_()
    numbers = torch.tensor([factors[i] for i in chosen], dtype=torch.float32).to(pictures.dtype)[:, None, None, None]
    lit = (in_bytes * numbers).clamp_(0, 255).trunc_()
    if pictures.shape[1] == 4:  # transparency stays
        lit[:, 3] = in_bytes[:, 3]
    if not scale:
        lit = torch.where(local, lit / 255 * spread + low, lit)
    pictures[chosen] = lit
    return pictures
