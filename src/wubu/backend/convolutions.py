"""Convolutions and pooling, by the names and arguments of ``K``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu import ops as _ops
from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op

__all__ = [
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "depthwise_conv2d",
    "local_conv1d",
    "local_conv2d",
    "pool2d",
    "pool3d",
    "separable_conv1d",
    "separable_conv2d",
]

ops: Any = _ops
Pair = int | Sequence[int]


def conv1d(
    x: Any, kernel: Any, strides: int = 1, padding: str = "valid", data_format: str | None = None, dilation_rate: int = 1
) -> Any:
    """A convolution along steps.

    Args:
        x: (batch, steps, channels).
        kernel: (size, channels, filters).
        strides: the distance between places.
        padding: ``"valid"``, ``"same"`` or ``"causal"``, which looks back only.
        data_format: default the global one.
        dilation_rate: the distance between the kernel's own places.
    """
    if padding == "causal":
        back = (as_tensor(kernel).shape[0] - 1) * dilation_rate
        first = standardize_data_format(data_format) == "channels_first"
        x = ops.pad(x, ((0, 0), (0, 0), (back, 0)) if first else ((0, 0), (back, 0), (0, 0)))
        padding = "valid"
    return ops.conv(x, kernel, strides, padding, standardize_data_format(data_format), dilation_rate)


def conv2d(
    x: Any,
    kernel: Any,
    strides: Pair = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Pair = (1, 1),
) -> Any:
    """A convolution of pictures; the kernel is (height, width, channels, filters)."""
    return ops.conv(x, kernel, _t(strides), padding, standardize_data_format(data_format), _t(dilation_rate))


def conv3d(
    x: Any,
    kernel: Any,
    strides: Pair = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Pair = (1, 1, 1),
) -> Any:
    """A convolution of volumes; the kernel is (depth, height, width, channels, filters)."""
    return ops.conv(x, kernel, _t(strides), padding, standardize_data_format(data_format), _t(dilation_rate))


def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Pair = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Pair = (1, 1),
) -> Any:
    """The transposed convolution of pictures; the kernel is (height, width, filters, channels)."""
    return _transposed(x, kernel, output_shape, strides, padding, data_format, dilation_rate)


def conv3d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Pair = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The transposed convolution of volumes; the kernel is (depth, height, width, filters, channels)."""
    return _transposed(x, kernel, output_shape, strides, padding, data_format, 1)


def _transposed(
    x: Any, kernel: Any, output_shape: Any, strides: Pair, padding: str, data_format: str | None, dilation: Pair
) -> Any:
    layout = standardize_data_format(data_format)
    axes = len(ops.shape(x)) - 2
    steps = (strides,) * axes if isinstance(strides, int) else tuple(strides)
    extra = None
    if output_shape is not None:
        wanted: Any = tuple(output_shape)[1:-1] if layout == "channels_last" else tuple(output_shape)[2:]
        space: Any = ops.shape(x)[1:-1] if layout == "channels_last" else ops.shape(x)[2:]
        sizes: Any = ops.shape(kernel)[:axes]
        if None not in (*wanted, *space):
            # The size that the arithmetic leaves open: out = (in - 1) * stride + kernel - 2 * pad + extra.
            pads = [k // 2 if padding == "same" else 0 for k in sizes]
            found = [o - ((i - 1) * s + k - 2 * p) for o, i, s, k, p in zip(wanted, space, steps, sizes, pads)]
            extra = tuple(found) if all(0 <= e < s for e, s in zip(found, steps)) else None
    return ops.conv_transpose(x, kernel, steps, padding, extra, layout, dilation)


def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Pair = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Pair = (1, 1),
) -> Any:
    """A convolution of each channel by itself; the kernel is (height, width, channels, multiplier)."""
    layout = standardize_data_format(data_format)
    return ops.depthwise_conv(x, depthwise_kernel, _t(strides), padding, layout, _t(dilation_rate))


def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Pair = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Pair = (1, 1),
) -> Any:
    """A convolution of each channel by itself, then one of size 1 over the channels."""
    layout = standardize_data_format(data_format)
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, _t(strides), padding, layout, _t(dilation_rate))


def separable_conv1d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: int = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Any:
    """``separable_conv2d`` along steps."""
    layout = standardize_data_format(data_format)
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, strides, padding, layout, dilation_rate)


def pool2d(
    x: Any,
    pool_size: Pair,
    strides: Pair = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The largest or the mean of each window of pictures.

    Args:
        x: pictures.
        pool_size: of the window.
        strides: between windows.
        padding: ``"valid"`` or ``"same"``.
        data_format: default the global one.
        pool_mode: ``"max"`` or ``"avg"``.
    """
    pool = ops.max_pool if pool_mode == "max" else ops.average_pool
    return pool(x, _t(pool_size), _t(strides), padding, standardize_data_format(data_format))


def pool3d(
    x: Any,
    pool_size: Pair,
    strides: Pair = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """``pool2d`` for volumes."""
    return pool2d(x, pool_size, strides, padding, data_format, pool_mode)


def local_conv1d(
    inputs: Any, kernel: Any, kernel_size: Sequence[int], strides: Sequence[int], data_format: str | None = None
) -> Any:
    """A convolution along steps with a kernel of its own at each place: (places, size · channels, filters)."""
    first = standardize_data_format(data_format) == "channels_first"
    return _local(inputs, kernel, tuple(kernel_size), tuple(strides), None, first)


def local_conv2d(
    inputs: Any,
    kernel: Any,
    kernel_size: Sequence[int],
    strides: Sequence[int],
    output_shape: Sequence[int],
    data_format: str | None = None,
) -> Any:
    """``local_conv1d`` for pictures; ``output_shape`` is (rows, columns)."""
    first = standardize_data_format(data_format) == "channels_first"
    return _local(inputs, kernel, tuple(kernel_size), tuple(strides), tuple(output_shape), first)


@op
def _local(
    inputs: Any,
    kernel: Any,
    size: tuple[int, ...],
    strides: tuple[int, ...],
    places: tuple[int, ...] | None,
    first: bool,
) -> torch.Tensor:
    x, kernel = as_tensor(inputs), as_tensor(kernel)
    x = x.movedim(1, -1) if first else x  # (batch, *space, channels)
    space = tuple(x.shape[1:-1])
    counts = [(n - k) // s + 1 for n, k, s in zip(space, size, strides)]
    for axis, (k, s) in enumerate(zip(size, strides), 1):
        x = x.unfold(axis, k, s)  # windows come last: (batch, *places, channels, *size)
    x = x.movedim(1 + len(size), -1)  # (batch, *places, *size, channels)
    total = 1
    for count in counts:
        total *= count
    made = torch.einsum("bpk,pkf->bpf", x.reshape(x.shape[0], total, -1), kernel)
    made = made.reshape(x.shape[0], *counts, kernel.shape[-1])
    return made.movedim(-1, 1) if first else made


def _t(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
