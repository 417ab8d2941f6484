"""Feature maps: what each channel of a layer sees in a picture."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from wubu.errors import ShapeError
from wubu.report.figures import drawing, save
from wubu.report.layer_outputs import channels_last, find_layer, layer_outputs, layers_within
from wubu.report.mosaic import draw_mosaic

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save_feature_maps(
    model: Any, image: Any, layer: Any = None, path: str | os.PathLike[str] | None = None, limit: int = 64
) -> Figure:
    """Draw what the channels of a layer give for one picture, all on one scale.

    Args:
        model: a built model.
        image: one input as the model takes it, without or with its batch axis of 1.
        layer: name of the layer; default the first convolution. A layer whose output has no height and
            width is drawn as one picture of all its units.
        path: file to write; None writes none.
        limit: most channels to draw; the strongest are, in their order.

    Returns:
        The figure.

    Raises:
        UnknownNameError: there is no layer of that name.

    Example::

        save_feature_maps(model, x_test[0], "conv2d", "maps.png")
    """
    chosen = find_layer(model, layer) if layer is not None else first_convolution(model)
    batch = np.asarray(image)
    rank = _input_rank(model)
    if rank is not None and batch.ndim == rank - 1:
        batch = batch[None]
    found = layer_outputs(model, batch, [chosen])
    if chosen.name not in found:
        raise ShapeError(f"Expected layer {chosen.name!r} to give one tensor. It gave none, or several")
    values = found[chosen.name].astype(np.float32)
    maps = channels_last(values, chosen)[0] if values.ndim == 4 else _units(values[0])  # (h, w, channels)
    strength = np.abs(maps).mean(axis=(0, 1))
    kept = np.sort(np.argsort(-strength, kind="stable")[:limit])
    columns = min(len(kept), 8 if len(kept) > 4 else max(1, len(kept)))
    rows = math.ceil(len(kept) / columns)
    tiles = maps[..., kept].transpose(2, 0, 1)  # (channels, h, w)
    labels = [str(channel) for channel in kept] if maps.shape[2] > 1 else []
    tall = max(0.2, min(2.0, tiles.shape[1] / tiles.shape[2]))
    width = max(3.4, 1.0 * columns + 0.9)
    with drawing(width, max(1.7, (1.25 * tall + 0.1) * rows + 0.5), "drawing feature maps") as figure:
        draw_mosaic(
            figure, tiles, columns, labels, cmap="viridis", vmin=float(maps.min()), vmax=float(maps.max())
        )
        few = "" if len(kept) == maps.shape[2] else f", the {len(kept)} strongest"
        size = " × ".join(str(length) for length in values.shape[1:])
        figure.suptitle(f"{chosen.name}: {size}{few}", fontsize=10)
        return save(figure, path)


def first_convolution(model: Any) -> Any:
    """The first convolution of a model, or its first layer with weights."""
    layers = layers_within(model)
    for layer in layers:
        if "Conv" in type(layer).__name__:
            return layer
    return next((layer for layer in layers if layer.weights), layers[0])


def _units(values: np.ndarray) -> np.ndarray:
    """Units of a dense layer as one picture near a square, or a sequence as (steps, units), with one channel."""
    if values.ndim > 1:
        return values.reshape(len(values), -1, 1)
    high = max(1, math.isqrt(len(values)))
    wide = math.ceil(len(values) / high)
    padded = np.full(high * wide, np.nan, dtype=values.dtype)
    padded[: len(values)] = values
    padded = np.where(np.isnan(padded), values.min(), padded)
    return padded.reshape(high, wide, 1)


def _input_rank(model: Any) -> int | None:
    inputs = getattr(model, "inputs", None)
    return len(inputs[0].shape) if inputs else None
