"""Pictures with a heat map on top: what Grad-CAM and occlusion are drawn with."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from wubu.errors import ShapeError
from wubu.report.figures import drawing, save
from wubu.report.layer_outputs import as_input, classes_to_explain, probabilities_of
from wubu.report.pictures import as_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LIMIT = 16


def spatial_axes(images: Any) -> tuple[int, int]:
    """The axes of height and width in a batch of pictures (n, h, w), (n, h, w, c) or (n, c, h, w)."""
    shape = tuple(images.shape)
    if len(shape) == 3:
        return 1, 2
    if len(shape) != 4:
        raise ShapeError(f"Expected a batch of pictures (n, h, w) or (n, h, w, c). Received: {shape}")
    first = shape[1] in (1, 3, 4) and shape[3] not in (1, 3, 4)
    return (2, 3) if first else (1, 2)


def side_lengths(images: Any) -> tuple[int, int]:
    """Height and width of a batch of pictures."""
    down, right = spatial_axes(images)
    return int(images.shape[down]), int(images.shape[right])


def save_heat_maps(
    model: Any,
    images: Any,
    heat_of: Callable[[Any, Any], np.ndarray],
    class_index: Any,
    class_names: Sequence[str] | None,
    path: str | os.PathLike[str] | None,
) -> Figure:
    """Draw pairs of pictures: plain, and with a heat map (n, h, w) of 0..1 on top.

    Args:
        model: a built classifier of pictures.
        images: a batch as the model takes it; the first 16 are drawn.
        heat_of: ``heat_of(images, classes)`` gives the heat maps.
        class_index: class to explain, or one per picture; None for the predicted ones.
        class_names: names for the captions.
        path: file to write; None writes none.
    """
    images = images[:_LIMIT]
    with torch.no_grad():
        output = model(as_input(model, images), training=False)
    classes = classes_to_explain(output, class_index).cpu().numpy()
    sure = probabilities_of(output).cpu().numpy()
    heat = heat_of(images, classes)
    shown = as_pictures(images)
    columns = min(4, len(shown))
    rows = math.ceil(len(shown) / columns)
    with drawing(3.0 * columns, 1.75 * rows, "drawing heat maps") as figure:
        grid = np.asarray(figure.subplots(rows, 2 * columns, squeeze=False)).ravel()
        for axes in grid:
            axes.set_axis_off()
        for number, picture in enumerate(shown):
            plain, hot = grid[2 * number], grid[2 * number + 1]
            c = int(classes[number])
            name = class_names[c] if class_names is not None else str(c)
            plain.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            plain.set_title(f"{name} ({sure[number, c]:.0%})", fontsize=8, pad=3)
            grey = picture if picture.ndim == 2 else picture.mean(axis=2)
            hot.imshow(grey, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            hot.imshow(heat[number], cmap="inferno", vmin=0, vmax=1, alpha=0.8 * heat[number])
        return save(figure, path)
