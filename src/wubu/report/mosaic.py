"""Many small pictures as one: a figure of a hundred axes takes seconds, of one a moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

_SIDE = 24  # pixels that a tile's longer side is enlarged to, so that the gaps can be thin


def mosaic(
    tiles: np.ndarray, columns: int, labelled: bool = False
) -> tuple[np.ndarray, list[tuple[float, float]], float]:
    """Put tiles into rows.

    Args:
        tiles: (n, height, width) or (n, height, width, 3), floats.
        columns: tiles in a row.
        labelled: with room above each tile.

    Returns:
        The picture, with NaN (or white, in colour) between the tiles; the middle of each tile's upper edge
        as (x, y); and the picture's height over its width.
    """
    count, height, width = tiles.shape[:3]
    factor = max(1, math.ceil(_SIDE / max(height, width)))
    big = tiles.repeat(factor, axis=1).repeat(factor, axis=2)
    height, width = height * factor, width * factor
    gap = max(2, round(0.14 * max(height, width)))
    above = round(0.3 * height) if labelled else 0
    rows = math.ceil(count / columns)
    blank: float = np.nan if tiles.ndim == 3 else 1.0
    shape = (rows * (height + gap + above) - gap, columns * (width + gap) - gap, *tiles.shape[3:])
    picture = np.full(shape, blank, dtype=np.float32)
    places = []
    for number in range(count):
        top = (number // columns) * (height + gap + above) + above
        left = (number % columns) * (width + gap)
        picture[top : top + height, left : left + width] = big[number]
        places.append((left + width / 2 - 0.5, top - 0.5))
    return picture, places, shape[0] / shape[1]


def draw_mosaic(
    figure: Any, tiles: np.ndarray, columns: int, labels: Sequence[str] = (), bar: bool = True, **style: Any
) -> None:
    """Fill a figure with tiles, labels above them, and a colour bar.

    Args:
        figure: an empty figure.
        tiles: as for ``mosaic``.
        columns: tiles in a row.
        labels: one per tile, or none.
        bar: with a colour bar.
        **style: for ``imshow``, such as ``cmap`` and ``vmin``.
    """
    picture, places, _ = mosaic(tiles, columns, bool(labels))
    axes = figure.subplots()
    axes.set_axis_off()
    image = axes.imshow(picture, interpolation="nearest", **style)
    for (x, y), label in zip(places, labels):
        axes.text(x, y, label, ha="center", va="bottom", fontsize=7)
    if bar:
        figure.colorbar(image, ax=axes, fraction=0.03, pad=0.02)
