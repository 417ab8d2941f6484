"""The poolings of ``tf.nn``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from wubu.ops.nn.pooling import average_pool as keras_average_pool
from wubu.ops.nn.pooling import max_pool as keras_max_pool
from wubu.ops.nn.spatial import same_padding
from wubu.tensorflow.conversion import convert, sizes
from wubu.tensorflow.convolution import layout_of, padded, per_axis
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import torch_type
from wubu.tensorflow.tensor import needs


class MaxPoolWithArgmax(NamedTuple):
    """What ``tf.nn.max_pool_with_argmax`` gives."""

    output: Any
    argmax: Any


def _pooled(function: Any, input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any, rank: int) -> torch.Tensor:
    x = convert(input)
    needs(x.dim() == rank + 2, f"Expected an input of {rank + 2} axes. Received: {list(x.shape)} [Op:MaxPool]")
    x, word = _filled(x, padding, data_format)
    size = per_axis(ksize, rank, data_format, "ksize")
    steps = per_axis(strides, rank, data_format)
    space = x.shape[2:] if layout_of(data_format) == "channels_first" else x.shape[1:-1]
    needs(
        word == "same" or all(n >= k for n, k in zip(space, size)),
        f"Computed output size would be negative: {[n - k for n, k in zip(space, size)]} [Op:MaxPool]",
    )
    return function(x, size, steps, word, layout_of(data_format))


def _filled(x: torch.Tensor, padding: Any, data_format: Any) -> tuple[torch.Tensor, str]:
    """Explicit paddings of a maximum are of the lowest number."""
    if isinstance(padding, str):
        return padded(x, padding, data_format)
    widths = [(int(a), int(b)) for a, b in padding]
    flat = [n for pair in reversed(widths) for n in pair]
    return torch.nn.functional.pad(x, flat, value=float(torch.finfo(x.dtype).min)), "valid"


def _pool(name: str, function: Any, rank: int, default: str, what: str) -> Callable[..., Any]:
    def apply(input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = default) -> torch.Tensor:
        return _pooled(function, input, ksize, strides, padding, data_format, rank)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"The {what} of each window, for tensors in the order {default}."
    return api(apply)


max_pool1d = _pool("max_pool1d", keras_max_pool, 1, "NWC", "largest number")
max_pool2d = _pool("max_pool2d", keras_max_pool, 2, "NHWC", "largest number")
max_pool3d = _pool("max_pool3d", keras_max_pool, 3, "NDHWC", "largest number")
avg_pool1d = _pool("avg_pool1d", keras_average_pool, 1, "NWC", "mean")
avg_pool2d = _pool("avg_pool2d", keras_average_pool, 2, "NHWC", "mean")
avg_pool3d = _pool("avg_pool3d", keras_average_pool, 3, "NDHWC", "mean")


@api
def max_pool(input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = None) -> torch.Tensor:
    """The largest number of each window, over as many axes of space as the input has."""
    return _pooled(keras_max_pool, input, ksize, strides, padding, data_format, convert(input).dim() - 2)


@api
def avg_pool(input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = None) -> torch.Tensor:
    """The mean of each window, over as many axes of space as the input has."""
    return _pooled(keras_average_pool, input, ksize, strides, padding, data_format, convert(input).dim() - 2)


@api
def pool(
    input: Any, window_shape: Any, pooling_type: str, strides: Any = None, padding: Any = "VALID",
    data_format: str | None = None, dilations: Any = None,
) -> torch.Tensor:
    """The maximum (``MAX``) or the mean (``AVG``) of each window."""
    x = convert(input)
    rank = x.dim() - 2
    wide = per_axis(dilations, rank, data_format, "dilations")
    if max(wide) > 1:
        return _dilated(x, sizes(window_shape), pooling_type, padding, wide)
    function = keras_max_pool if pooling_type == "MAX" else keras_average_pool
    return _pooled(function, x, sizes(window_shape), strides, padding, data_format, rank)


def _dilated(x: torch.Tensor, size: tuple[int, ...], kind: str, padding: str, wide: tuple[int, ...]) -> torch.Tensor:
    moved = x.movedim(-1, 1)
    if padding == "SAME":
        pads = [same_padding(n, k, 1, d) for n, k, d in zip(moved.shape[2:], size, wide)]
        moved = torch.nn.functional.pad(moved, [n for pair in reversed(pads) for n in pair],
                                        value=float("-inf") if kind == "MAX" else 0.0)
    for axis, (k, d) in enumerate(zip(size, wide), start=2):
        moved = moved.unfold(axis, (k - 1) * d + 1, 1)[..., ::d]
    inner = tuple(range(-len(size), 0))
    made = moved.amax(inner) if kind == "MAX" else moved.mean(inner)
    return made.movedim(1, -1)


@api
def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    output_dtype: Any = "int64",
    include_batch_in_index: bool = False,
) -> Any:
    """The largest number of each window and its place in the flattened picture."""
    x = convert(input)
    size, steps = per_axis(ksize, 2, data_format, "ksize"), per_axis(strides, 2, data_format)
    n, h, w, c = x.shape
    moved = x.permute(0, 3, 1, 2)
    places = torch.arange(h * w, device=x.device).reshape(1, 1, h, w).expand(n, c, h, w)
    top, left = 0, 0
    if padding == "SAME":
        (top, bottom), (left, right) = (same_padding(a, k, s) for a, k, s in zip((h, w), size, steps))
        moved = torch.nn.functional.pad(moved, (left, right, top, bottom), value=float(torch.finfo(x.dtype).min))
        places = torch.nn.functional.pad(places, (left, right, top, bottom))
    windows = moved.unfold(2, size[0], steps[0]).unfold(3, size[1], steps[1]).flatten(-2)
    where = places.unfold(2, size[0], steps[0]).unfold(3, size[1], steps[1]).flatten(-2)
    best, at = windows.max(-1)
    place = torch.gather(where, -1, at.unsqueeze(-1)).squeeze(-1)
    channels = torch.arange(c, device=x.device).reshape(1, c, 1, 1)
    flat = place * c + channels
    if include_batch_in_index:
        flat = flat + torch.arange(n, device=x.device).reshape(n, 1, 1, 1) * h * w * c
    return MaxPoolWithArgmax(best.permute(0, 2, 3, 1), flat.permute(0, 2, 3, 1).to(torch_type(output_dtype)))
