"""Kernels: what the filters of a convolution, or the units of a first dense layer, look for."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from wubu.errors import ArgumentError, ShapeError
from wubu.report.feature_maps import first_convolution
from wubu.report.figures import drawing, save
from wubu.report.layer_outputs import find_layer
from wubu.report.mosaic import draw_mosaic
from wubu.report.predictions import as_array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CHANNELS = 8
_COLUMNS = 16


def save_kernels(
    model: Any, layer: Any = None, path: str | os.PathLike[str] | None = None, limit: int = 64
) -> Figure:
    """Draw the kernel of a layer: blue is negative, red positive, white zero.

    A convolution is drawn filter by filter: in colour where it reads three channels, else one picture per
    input channel (at most 8, in rows). A dense layer on a square number of inputs is drawn as one picture
    per unit, which shows what a linear model of pictures has learnt; any other as its matrix.

    Args:
        model: a built model, or a layer.
        layer: name of the layer; default the first convolution, else the first layer with weights.
        path: file to write; None writes none.
        limit: most filters or units to draw.

    Returns:
        The figure.

    Raises:
        ArgumentError: the layer has no kernel.
        ShapeError: the kernel has more than two spatial axes.

    Example::

        save_kernels(model, "conv2d", "kernels.png")
    """
    chosen = _layer_with_kernel(model, layer)
    kernel = next(
        (
            getattr(chosen, name)
            for name in ("kernel", "depthwise_kernel", "_kernel")
            if hasattr(chosen, name)
        ),
        None,
    )
    if kernel is None:
        raise ArgumentError(
            f"Expected a layer with a kernel, such as Conv2D or Dense. Received: {chosen.name!r}"
        )
    values = as_array(kernel).astype(np.float32)
    tiles = _tiles(values)  # (input channels, filters, h, w) or (1, filters, h, w, 3)
    inputs, filters = tiles.shape[:2]
    count = min(limit, filters, _COLUMNS if inputs > 1 else filters)
    columns = count if inputs > 1 else min(count, 8)
    tiles = tiles[:, :count].reshape(-1, *tiles.shape[2:])
    rows = math.ceil(len(tiles) / columns)
    labels = [str(number) for number in range(count)] if inputs == 1 and count > 1 else []
    colour = tiles.ndim == 4
    if colour:
        low, high = (edge(tiles, axis=(1, 2, 3), keepdims=True) for edge in (np.min, np.max))
        tiles = (tiles - low) / np.where(high > low, high - low, 1)
    peak = float(np.abs(values).max()) or 1.0
    side = 0.55 if inputs > 1 else 1.0 if count > 1 else 3.0
    tall = max(0.2, min(2.0, tiles.shape[1] / tiles.shape[2]))
    width, height = (
        max(3.4, side * columns + 1.0),
        max(1.7, side * (tall + (0.3 if labels else 0.1)) * rows + 0.6),
    )
    style = {} if colour else {"cmap": "RdBu_r", "vmin": -peak, "vmax": peak}
    with drawing(width, height, "drawing kernels") as figure:
        draw_mosaic(figure, tiles, columns, labels, bar=not colour, **style)
        size = " × ".join(str(length) for length in values.shape)
        few = "" if count == filters else f", the first {count} of {filters}"
        rows_are = f"; rows: the first {inputs} input channels" if inputs > 1 else ""
        figure.suptitle(f"{chosen.name}: {size}{few}{rows_are}", fontsize=10)
        return save(figure, path)


def _layer_with_kernel(model: Any, layer: Any) -> Any:
    if layer is not None:
        return find_layer(model, layer)
    return first_convolution(model) if list(model.children()) else model


def _tiles(kernel: np.ndarray) -> np.ndarray:
    """The pictures of a kernel: (rows, columns, height, width), with three colours at the end where it reads three."""
    if kernel.ndim == 2:
        inputs, units = kernel.shape
        side = math.isqrt(inputs)
        if side * side == inputs and side >= 4:
            return kernel.T.reshape(1, units, side, side)
        return kernel[None, None]
    if kernel.ndim == 3:  # (steps, inputs, filters): a picture of steps and inputs for each filter
        return kernel.transpose(2, 1, 0)[None]
    if kernel.ndim != 4:
        raise ShapeError(f"Expected a kernel of one or two spatial axes. Received: {kernel.shape}")
    _, _, inputs, filters = kernel.shape
    if inputs == 3:
        return kernel.transpose(3, 0, 1, 2)[None]  # (1, filters, h, w, 3)
    return kernel.transpose(2, 3, 0, 1)[:_CHANNELS]  # (inputs, filters, h, w)
