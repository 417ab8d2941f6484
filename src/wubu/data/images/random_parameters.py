"""How a picture is to be changed, by chance: the numbers that ``ImageDataGenerator`` draws for it, in Keras's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def draw(generator: Any, height: int, width: int, chance: Any = np.random) -> dict[str, Any]:
    """The numbers for one picture.

    Args:
        generator: an ``ImageDataGenerator``.
        height, width: of the picture.
        chance: ``numpy.random`` or a ``RandomState``.

    Returns:
        ``theta`` and ``shear`` (degrees), ``tx`` and ``ty`` (pixels), ``zx`` and ``zy`` (factors), ``flip_horizontal``,
        ``flip_vertical``, ``channel_shift_intensity`` and ``brightness`` (None for none).
    """
    turn, slant = generator.rotation_range, generator.shear_range
    theta = chance.uniform(-turn, turn) if turn else 0
    tx = _shift(generator.height_shift_range, height, chance)
    ty = _shift(generator.width_shift_range, width, chance)
    shear = chance.uniform(-slant, slant) if slant else 0
    low, high = generator.zoom_range
    zx, zy = (1, 1) if low == 1 and high == 1 else chance.uniform(low, high, 2)
    # Both are drawn in any case, so that the numbers after them do not depend on the options.
    horizontal = (chance.random_sample() < 0.5) * generator.horizontal_flip
    vertical = (chance.random_sample() < 0.5) * generator.vertical_flip
    shift, light = generator.channel_shift_range, generator.brightness_range
    return {
        "theta": theta,
        "tx": tx,
        "ty": ty,
        "shear": shear,
        "zx": zx,
        "zy": zy,
        "flip_horizontal": horizontal,
        "flip_vertical": vertical,
        "channel_shift_intensity": chance.uniform(-shift, shift) if shift != 0 else None,
        "brightness": chance.uniform(light[0], light[1]) if light is not None else None,
    }


def is_random(generator: Any) -> bool:
    """Whether any of its options changes pictures by chance."""
    return bool(
        generator.rotation_range
        or _draws(generator.height_shift_range)
        or _draws(generator.width_shift_range)
        or generator.shear_range
        or tuple(generator.zoom_range) != (1, 1)
        or generator.horizontal_flip
        or generator.vertical_flip
        or generator.channel_shift_range
        or generator.brightness_range is not None
    )


def _draws(extent: float | int | Sequence[float]) -> bool:
    return isinstance(extent, Sequence | np.ndarray) or bool(extent)


def _shift(extent: float | int | Sequence[float], size: int, chance: Any) -> float:
    """A list: one of its numbers; an integer: whole pixels below it; a float: anything up to it. Below 1 it is a share."""
    if not _draws(extent):
        return 0
    if isinstance(extent, Sequence | np.ndarray) and not len(extent):
        return 0
    try:
        found = chance.choice(extent)
        found = found * chance.choice([-1, 1])
    except ValueError:  # a float
        found = chance.uniform(-extent, extent)  # type: ignore[operator]
    return found * size if np.max(extent) < 1 else found
