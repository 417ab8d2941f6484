"""Occlusion: what happens to a class's probability when a part of the picture is covered."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from wubu.errors import ArgumentError
from wubu.report.heat_maps import save_heat_maps, side_lengths, spatial_axes
from wubu.report.layer_outputs import as_input, classes_to_explain, probabilities_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def occlusion_map(
    model: Any,
    images: Any,
    class_index: Any = None,
    patch: int | None = None,
    stride: int | None = None,
    fill: float | None = None,
    batch_size: int = 64,
) -> np.ndarray:
    """How much a class's probability falls when each part of a picture is covered.

    Formula: the mean, over the patches that cover a pixel, of ``p(class) - p(class with the patch covered)``.

    M. D. Zeiler, R. Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014.

    Args:
        model: a built classifier of pictures.
        images: a batch as the model takes it (n, h, w, c).
        class_index: class to explain, or one per picture; default the predicted ones.
        patch: side of the covered square, in pixels; default a sixth of the shorter side.
        stride: pixels between squares; default half a patch.
        fill: value that covers; default the mean of the pictures.
        batch_size: covered pictures at a time.

    Returns:
        float32 (n, h, w); positive where covering harms the class.

    Example::

        harm = wubu.report.occlusion_map(model, x_test[:4], patch=4)
    """
    x = as_input(model, images)
    height, width = side_lengths(images)
    patch = patch or max(1, round(min(height, width) / 6))
    stride = stride or max(1, patch // 2)
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ArgumentError(
            f"Expected a patch within {height} x {width} pixels. Received: {patch}, stride {stride}"
        )
    down, right = spatial_axes(x)
    cover = float(x.mean()) if fill is None else fill
    corners = [
        (top, left) for top in _starts(height, patch, stride) for left in _starts(width, patch, stride)
    ]
    with torch.no_grad():
        output = model(x, training=False)
        classes = classes_to_explain(output, class_index)
        before = probabilities_of(output).gather(1, classes[:, None])[:, 0]
        fall = torch.zeros(len(x), height, width, device=x.device)
        times = torch.zeros(height, width, device=x.device)
        for top, left in corners:
            times[top : top + patch, left : left + patch] += 1
        for row in range(len(x)):
            for start in range(0, len(corners), batch_size):
                part = corners[start : start + batch_size]
                covered = x[row : row + 1].expand(len(part), *x.shape[1:]).clone()
                for number, (top, left) in enumerate(part):
                    covered[number].narrow(down - 1, top, patch).narrow(right - 1, left, patch).fill_(cover)
                after = probabilities_of(model(covered, training=False))[:, classes[row]]
                for (top, left), value in zip(part, before[row] - after):
                    fall[row, top : top + patch, left : left + patch] += value
    return (fall / times).float().cpu().numpy()


def save_occlusion(
    model: Any,
    images: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    class_index: Any = None,
    class_names: Sequence[str] | None = None,
    patch: int | None = None,
    stride: int | None = None,
) -> Figure:
    """Draw pictures with what their class depends on on top.

    Args:
        model: a built classifier of pictures.
        images: a batch as the model takes it; the first 16 are drawn.
        path: file to write; None writes none.
        class_index: class to explain, or one per picture; default the predicted ones.
        class_names: names for the captions.
        patch: side of the covered square, in pixels.
        stride: pixels between squares.

    Returns:
        The figure.
    """

    def heat(part: Any, classes: Any) -> np.ndarray:
        harm = occlusion_map(model, part, classes, patch, stride).clip(0, None)
        top = harm.max(axis=(1, 2), keepdims=True)
        return harm / np.where(top > 0, top, 1)

    return save_heat_maps(model, images, heat, class_index, class_names, path)


def _starts(length: int, patch: int, stride: int) -> list[int]:
    """Where squares begin, so that the last one ends at the edge."""
    return sorted({*range(0, length - patch + 1, stride), length - patch})
