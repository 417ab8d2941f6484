"""What goes into event files: numbers, histograms, pictures and texts in the form that TensorBoard's plugins read."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import torch

from wubu.errors import ArgumentError
from wubu.tensorboard.protos import load


def as_array(data: Any) -> np.ndarray:
    """A tensor, a number or a nest of them as an array."""
    if isinstance(data, torch.Tensor):
        data = data.detach().cpu()
        return (data.float() if data.dtype is torch.bfloat16 else data).numpy()
    if hasattr(data, "numpy") and callable(data.numpy):
        return np.asarray(data.numpy())
    return np.asarray(data)


def _value(tag: str, tensor: Any, metadata: Any) -> Any:
    tb = load()
    return tb.Summary.Value(tag=tag, tensor=tb.make_tensor_proto(tensor), metadata=metadata)


def scalar(tag: str, data: Any, description: str | None = None) -> Any:
    """A single number.

    Raises:
        ArgumentError: when it is not a single number.
    """
    array = as_array(data)
    if array.size != 1 or array.dtype.kind not in "biuf":
        raise ArgumentError(
            f"Expected a single number for the scalar {tag!r}. Received: shape {array.shape}, {array.dtype}"
        )
    metadata = load().scalar.create_summary_metadata(display_name=None, description=description)
    return _value(tag, np.float32(array.reshape(())), metadata)


def histogram_buckets(data: np.ndarray, buckets: int = 30) -> np.ndarray:
    """Counts of values in equal buckets: rows of (left edge, right edge, count), float64.

    When all values are equal they are all in the last bucket, and buckets have width 0 but for it, of width 1.
    """
    values = data.reshape(-1).astype(np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0 or buckets <= 0:
        return np.zeros((0, 3))
    low, high = values.min(), values.max()
    if low == high:
        made = np.zeros((buckets, 3))
        made[:, 0] = made[:, 1] = low
        made[-1] = low - 0.5, low + 0.5, values.size
        return made
    counts, edges = np.histogram(values, bins=buckets, range=(low, high))
    return np.stack([edges[:-1], edges[1:], counts], axis=1)


def histogram(tag: str, data: Any, buckets: int = 30, description: str | None = None) -> Any:
    """How values are distributed."""
    metadata = load().histogram.create_summary_metadata(display_name=None, description=description)
    return _value(tag, histogram_buckets(as_array(data), buckets), metadata)


def png(picture: np.ndarray) -> bytes:
    """A picture as PNG: (height, width) or with 1, 3 or 4 channels; floats are in 0..1."""
    from PIL import Image

    if picture.dtype.kind == "f":
        picture = (np.clip(np.nan_to_num(picture), 0, 1) * 255 + 0.5).astype(np.uint8)
    picture = picture.astype(np.uint8)
    if picture.ndim == 3 and picture.shape[-1] == 1:
        picture = picture[..., 0]
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[-1] not in (3, 4)):
        raise ArgumentError(f"Expected a picture of shape (height, width, 1, 3 or 4). Received: shape {picture.shape}")
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def image(tag: str, data: Any, max_outputs: int = 3, description: str | None = None) -> Any:
    """Pictures: (number, height, width, channels), or a single one, or a figure of matplotlib."""
    array = _drawn(data) if hasattr(data, "savefig") else as_array(data)
    if array.ndim in (2, 3) and not (array.ndim == 3 and array.shape[-1] not in (1, 3, 4)):
        array = array[None]
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4:
        raise ArgumentError(
            f"Expected pictures of shape (number, height, width, channels) for {tag!r}. Received: shape {array.shape}"
        )
    encoded = [png(picture) for picture in array[:max_outputs]]
    height, width = array.shape[1:3]
    strings = [str(width).encode(), str(height).encode(), *encoded]
    metadata = load().image.create_summary_metadata(display_name=None, description=description)
    return _value(tag, np.array(strings, dtype=object), metadata)


def _drawn(figure: Any) -> np.ndarray:
    """A figure of matplotlib as a picture (height, width, 4), uint8."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def text(tag: str, data: Any, description: str | None = None) -> Any:
    """A text, or an array of texts; Markdown is shown as such."""
    strings = np.asarray(data, dtype=object)
    encoded = np.vectorize(lambda s: s if isinstance(s, bytes) else str(s).encode(), otypes=[object])(strings)
    metadata = load().text.create_summary_metadata(display_name=None, description=description)
    return _value(tag, encoded, metadata)


def pr_curve(tag: str, labels: Any, predictions: Any, num_thresholds: int = 201, weights: Any = None) -> Any:
    """Precision and recall over thresholds, as TensorBoard's plugin reads them.

    Args:
        tag: the name.
        labels: true or false, any shape.
        predictions: probabilities in 0..1, of the same shape.
        num_thresholds: how many thresholds.
        weights: of the same shape. Default: 1.
    """
    truth, probability = as_array(labels).astype(bool).ravel(), as_array(predictions).astype(np.float64).ravel()
    weight = np.ones_like(probability) if weights is None else as_array(weights).astype(np.float64).ravel()
    place = np.int32(np.floor(np.clip(probability, 0, 1) * (num_thresholds - 1)))
    positive = np.histogram(place, bins=num_thresholds, range=(0, num_thresholds - 1), weights=weight * truth)[0]
    negative = np.histogram(place, bins=num_thresholds, range=(0, num_thresholds - 1), weights=weight * ~truth)[0]
    tp, fp = np.cumsum(positive[::-1])[::-1], np.cumsum(negative[::-1])[::-1]
    tn, fn = fp[0] - fp, tp[0] - tp
    small = 1e-7
    precision, recall = tp / np.maximum(small, tp + fp), tp / np.maximum(small, tp + fn)
    table = np.stack([tp, fp, tn, fn, precision, recall]).astype(np.float32)
    metadata = load().pr_curve.create_summary_metadata(
        display_name=None, description=None, num_thresholds=num_thresholds
    )
    return _value(tag, table, metadata)
