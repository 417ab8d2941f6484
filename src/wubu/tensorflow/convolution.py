"""The convolutions of ``tf.nn``, on the operations of ``wubu.ops``: TensorFlow's strides, paddings and layouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.ops.nn.convolution import conv as keras_conv
from wubu.ops.nn.convolution import depthwise_conv as keras_depthwise_conv
from wubu.ops.nn.sliding import slide_transposed, torch_order
from wubu.ops.nn.spatial import same_padding
from wubu.tensorflow.conversion import convert, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.tensor import needs, type_of


def layout_of(data_format: str | None) -> str:
    """Keras's name of a layout such as ``NHWC`` or ``NCDHW``."""
    return "channels_first" if data_format is not None and data_format[1:2] == "C" else "channels_last"


def per_axis(value: Any, rank: int, data_format: str | None, what: str = "strides") -> tuple[int, ...]:
    """One number for each axis of space; TensorFlow also gives them with those of the batch and the channels."""
    if value is None:
        return (1,) * rank
    found = sizes(value)
    if len(found) == 1:
        return found * rank
    if len(found) == rank:
        return found
    if len(found) != rank + 2:
        raise ValueError(
            f"`{what}` should be of length 1, {rank} or {rank + 2}. Received: {what}={value} of length {len(found)}"
        )
    space = found[2:] if layout_of(data_format) == "channels_first" else found[1:-1]
    others = [n for n in (found[0], found[1] if layout_of(data_format) == "channels_first" else found[-1]) if n != 1]
    if others:
        raise InvalidArgumentError(
            None, None, f"Current implementation does not yet support {what} in the batch and depth dimensions."
        )
    return space


def padded(x: torch.Tensor, padding: Any, data_format: str | None) -> tuple[torch.Tensor, str]:
    """The tensor and Keras's word for the padding; explicit numbers of zeros are put in."""
    if isinstance(padding, str):
        if padding not in ("SAME", "VALID"):
            raise InvalidArgumentError(
                None,
                None,
                f"Value for attr 'padding' of \"{padding}\" is not in the list of allowed values: \"SAME\", \"VALID\", "
                "\"EXPLICIT\"",
            )
        return x, padding.lower()
    widths = [(int(a), int(b)) for a, b in padding]
    if len(widths) == x.dim() - 2:
        widths = [(0, 0), (0, 0), *widths] if layout_of(data_format) == "channels_first" else [(0, 0), *widths, (0, 0)]
    return torch.nn.functional.pad(x, [n for pair in reversed(widths) for n in pair]), "valid"


def _run(function: Any, input: Any, filters: Any, strides: Any, padding: Any, data_format: Any, dilations: Any) -> Any:
    x = convert(input)
    kernel = convert(filters, hint=type_of(x))
    rank = kernel.dim() - 2
    lead = x.shape[: x.dim() - rank - 1]  # any number of axes of batches
    x = x.reshape(-1, *x.shape[x.dim() - rank - 1 :]) if len(lead) != 1 else x
    steps = per_axis(strides, rank, data_format)
    wide = per_axis(dilations, rank, data_format, "dilations")
    x, word = padded(x, padding, data_format)
    channels = x.shape[1 if layout_of(data_format) == "channels_first" else -1]
    needs(
        channels % kernel.shape[-2] == 0,
        f"input depth must be evenly divisible by filter depth: {channels} vs {kernel.shape[-2]} [Op:Conv2D] name: ",
    )
    space = x.shape[2:] if layout_of(data_format) == "channels_first" else x.shape[1:-1]
    if word == "valid" and any((k - 1) * d + 1 > n for n, k, d in zip(space, kernel.shape, wide)):
        raise InvalidArgumentError(None, None, "Computed output size would be negative [Op:Conv2D]")
    made = function(x, kernel, steps, word, layout_of(data_format), wide)
    return made.reshape(*lead, *made.shape[1:]) if len(lead) != 1 else made


def _convolution(name: str, default: str) -> Callable[..., Any]:
    def apply(
        input: Any, filters: Any, strides: Any, padding: Any, data_format: str | None = default, dilations: Any = None
    ) -> torch.Tensor:
        return _run(keras_conv, input, filters, strides, padding, data_format, dilations)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = (
        f"A convolution over the axes of space of a tensor in the order {default}.\n\n    ``padding`` is ``SAME``, ``VALID`` "
        "or a pair of numbers for each axis; filters have the shape (*space, in, out)."
    )
    return api(apply)


conv1d = _convolution("conv1d", "NWC")
conv2d = _convolution("conv2d", "NHWC")
conv3d = _convolution("conv3d", "NDHWC")


@api
def convolution(
    input: Any, filters: Any, strides: Any = None, padding: Any = "VALID", data_format: str | None = None,
    dilations: Any = None,
) -> torch.Tensor:
    """A convolution over one to three axes of space, as many as the filters have."""
    return _run(keras_conv, input, filters, strides, padding, data_format, dilations)


conv = convolution


@api
def atrous_conv2d(value: Any, filters: Any, rate: Any, padding: Any) -> torch.Tensor:
    """A convolution whose filter's elements are ``rate`` apart."""
    return _run(keras_conv, value, filters, 1, padding, "NHWC", rate)


@api
def depthwise_conv2d(
    input: Any, filter: Any, strides: Any, padding: Any, data_format: str | None = None, dilations: Any = None
) -> torch.Tensor:
    """A convolution of each channel by itself; filters have the shape (height, width, in, multiplier)."""
    return _run(keras_depthwise_conv, input, filter, strides, padding, data_format, dilations)


@api
def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
) -> torch.Tensor:
    """``depthwise_conv2d``, then a convolution with a filter of size 1."""
    made = _run(keras_depthwise_conv, input, depthwise_filter, strides, padding, data_format, dilations)
    return _run(keras_conv, made, pointwise_filter, 1, "VALID", data_format, None)


def _transposed(name: str, rank: int, default: str) -> Callable[..., Any]:
    def apply(
        input: Any,
        filters: Any,
        output_shape: Any,
        strides: Any,
        padding: Any = "SAME",
        data_format: str | None = default,
        dilations: Any = None,
    ) -> torch.Tensor:
        return _transpose(input, filters, output_shape, strides, padding, data_format, dilations, rank)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = (
        f"The gradient of a convolution, for tensors in the order {default}; filters have the shape (*space, out, in)."
    )
    return api(apply)


def _transpose(
    input: Any, filters: Any, output_shape: Any, strides: Any, padding: Any, data_format: Any, dilations: Any, rank: int
) -> torch.Tensor:
    x = convert(input)
    kernel = convert(filters, hint=type_of(x))
    first = layout_of(data_format) == "channels_first"
    wanted = sizes(output_shape)
    space = wanted if len(wanted) == rank else (wanted[2:] if first else wanted[1:-1])
    steps = per_axis(strides, rank, data_format)
    wide = per_axis(dilations, rank, data_format, "dilations")
    if isinstance(padding, str):
        pads = [
            same_padding(n, k, s, d) if padding == "SAME" else (0, 0)
            for n, k, s, d in zip(space, kernel.shape[:rank], steps, wide)
        ]
    else:
        pads = [(int(a), int(b)) for a, b in (padding if len(padding) == rank else (padding[2:] if first else padding[1:-1]))]
    if not first:
        x = x.movedim(-1, 1)
    # What the full transposed convolution gives, cut down (or filled up) to the shape that is asked for.
    made = slide_transposed(x, torch_order(kernel), None, steps, [(before, 0) for before, _ in pads], wide)
    for axis, size in enumerate(space, start=2):
        have = made.shape[axis]
        if have > size:
            made = made.narrow(axis, 0, size)
        elif have < size:
            made = torch.nn.functional.pad(made, [0, 0] * (made.dim() - 1 - axis) + [0, size - have])
    return made if first else made.movedim(1, -1)


conv1d_transpose = _transposed("conv1d_transpose", 1, "NWC")
conv2d_transpose = _transposed("conv2d_transpose", 2, "NHWC")
conv3d_transpose = _transposed("conv3d_transpose", 3, "NDHWC")


@api
def conv_transpose(
    input: Any, filters: Any, output_shape: Any, strides: Any, padding: Any = "SAME", data_format: Any = None,
    dilations: Any = None,
) -> torch.Tensor:
    """The gradient of a convolution over one to three axes of space."""
    rank = convert(filters).dim() - 2
    return _transpose(input, filters, output_shape, strides, padding, data_format, dilations, rank)


@api
def atrous_conv2d_transpose(value: Any, filters: Any, output_shape: Any, rate: Any, padding: Any) -> torch.Tensor:
    """The gradient of ``atrous_conv2d``."""
    return _transpose(value, filters, output_shape, 1, padding, "NHWC", rate, 2)


@api
def dilation2d(
    input: Any, filters: Any, strides: Any, padding: Any, data_format: str, dilations: Any
) -> torch.Tensor:
    """The largest sum of a window and a filter: (batch, height, width, channels) with filters (height, width, channels)."""
    return _morphology(convert(input), convert(filters), strides, padding, dilations)


@api
def erosion2d(value: Any, filters: Any, strides: Any, padding: Any, data_format: str, dilations: Any) -> torch.Tensor:
    """The smallest difference of a window and a filter."""
    flipped = torch.flip(convert(filters), (0, 1))
    return -_morphology(-convert(value), flipped, strides, padding, dilations)


def _morphology(x: torch.Tensor, kernel: torch.Tensor, strides: Any, padding: str, dilations: Any) -> torch.Tensor:
    steps, wide = per_axis(strides, 2, "NHWC"), per_axis(dilations, 2, "NHWC", "dilations")
    lowest = float(torch.finfo(x.dtype).min)
    if padding == "SAME":
        (top, bottom), (left, right) = (
            same_padding(n, k, s, d) for n, k, s, d in zip(x.shape[1:3], kernel.shape[:2], steps, wide)
        )
        x = torch.nn.functional.pad(x, (0, 0, left, right, top, bottom), value=lowest)
    rows = (x.shape[1] - (kernel.shape[0] - 1) * wide[0] - 1) // steps[0] + 1
    columns = (x.shape[2] - (kernel.shape[1] - 1) * wide[1] - 1) // steps[1] + 1
    parts = []
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            top, left = i * wide[0], j * wide[1]
            part = x[:, top : top + (rows - 1) * steps[0] + 1 : steps[0], left : left + (columns - 1) * steps[1] + 1 : steps[1]]
            parts.append(part + kernel[i, j])
    return torch.stack(parts).amax(0)
