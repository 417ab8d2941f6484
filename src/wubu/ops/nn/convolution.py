"""Convolutions as operations; ``wubu.ops.nn.sliding`` has what the layers use, in torch's order of axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError
from wubu.ops.nn.sliding import (
    depthwise_torch_order,
    padding_of,
    slide,
    slide_transposed,
    torch_order,
    transposed_crops,
)
from wubu.ops.nn.spatial import channel_axis, channels_restored, channels_second, per_axis, space_of, window_counts
from wubu.ops.promotion import meeting
from wubu.symbolic.function import op

Sizes = int | Sequence[int]


def _matched(*values: Any) -> tuple[Any, ...]:
    """Tensors of one floating-point type."""
    found = [as_tensor(v) for v in values]
    kind = meeting(*(t.dtype for t in found))
    return tuple(t.to(kind) for t in found)


def _rank(inputs: torch.Tensor, kernel: torch.Tensor) -> int:
    rank = inputs.dim() - 2
    if rank not in (1, 2, 3) or kernel.dim() != rank + 2:
        raise ShapeError(
            "Expected inputs with 3, 4 or 5 axes and a kernel with as many. "
            f"Received: inputs of shape {tuple(inputs.shape)}, kernel of shape {tuple(kernel.shape)}"
        )
    return rank


def _slide(
    inputs: torch.Tensor,
    kernel: torch.Tensor,
    sizes: Sequence[int],
    strides: Sizes,
    padding: str,
    layout: str,
    dilation_rate: Sizes,
    groups: int,
) -> torch.Tensor:
    rank = inputs.dim() - 2
    steps, wide = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    if padding not in ("valid", "same", "causal"):
        raise ArgumentError(f"Expected padding 'valid' or 'same'. Received: padding={padding!r}")
    window_counts(space_of(inputs.shape, layout), sizes, steps, padding, wide)
    x = channels_second(inputs, layout)  # (batch, channels, *space)
    pads = padding_of(padding, x.shape[2:], sizes, steps, wide)
    return channels_restored(slide(x, kernel, None, steps, pads, wide, groups), layout)


@op
def conv(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> torch.Tensor:
    """A convolution over one to three axes of space, in groups where the kernel has fewer input channels than the input.

    Args:
        inputs: (batch, *space, channels); channels second for ``channels_first``.
        kernel: (*sizes, channels / groups, filters).
        strides: how far the kernel moves, one integer or one for each axis of space.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distances between the kernel's elements.

    Raises:
        ShapeError: when the kernel does not fit, or its channels do not divide the input's.
    """
    inputs, kernel = _matched(inputs, kernel)
    rank, layout = _rank(inputs, kernel), standardize_data_format(data_format)
    channels, taken = inputs.shape[channel_axis(layout)], kernel.shape[-2]
    if channels % taken:
        raise ShapeError(f"Expected input channels that the kernel's divide. Received: {channels} and {taken}")
    groups, sizes = channels // taken, kernel.shape[:rank]
    return _slide(inputs, torch_order(kernel), sizes, strides, padding, layout, dilation_rate, groups)


@op
def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> torch.Tensor:
    """A convolution of each channel by itself; the kernel is (*sizes, channels, multiplier), the rest as for ``conv``."""
    inputs, kernel = _matched(inputs, kernel)
    rank, layout = _rank(inputs, kernel), standardize_data_format(data_format)
    channels = inputs.shape[channel_axis(layout)]
    if channels != kernel.shape[-2]:
        raise ShapeError(f"Expected a kernel for {channels} channels. Received: kernel of shape {tuple(kernel.shape)}")
    order = depthwise_torch_order(kernel)
    return _slide(inputs, order, kernel.shape[:rank], strides, padding, layout, dilation_rate, channels)


@op
def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> torch.Tensor:
    """``depthwise_conv`` and then ``conv`` with a kernel of size 1, (*ones, channels * multiplier, filters)."""
    made = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(made, pointwise_kernel, 1, "valid", data_format)


@op
def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    output_padding: Sizes | None = None,
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> torch.Tensor:
    """What the gradient of a convolution computes: the input's elements ``strides`` apart, each spread by the kernel.

    Args:
        inputs: (batch, *space, channels); channels second for ``channels_first``.
        kernel: (*sizes, filters, channels).
        strides: how far the input's elements are apart in the output.
        padding: ``"valid"`` or ``"same"``.
        output_padding: how many elements more the output gets after each axis.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distances between the kernel's elements.
    """
    inputs, kernel = _matched(inputs, kernel)
    rank, layout = _rank(inputs, kernel), standardize_data_format(data_format)
    steps, wide = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    more = None if output_padding is None else per_axis(output_padding, rank, "output_padding", least=0)
    crops = transposed_crops(padding, kernel.shape[:rank], steps, wide, more)
    x = channels_second(inputs, layout)  # (batch, channels, *space)
    return channels_restored(slide_transposed(x, torch_order(kernel), None, steps, crops, wide), layout)
