"""Poolings: one number for each window, channel by channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import standardize_data_format
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.nn.spatial import channels_restored, channels_second, per_axis, same_padding, space_of, window_counts
from wubu.symbolic.function import op

Sizes = int | Sequence[int]
Pool = Callable[..., torch.Tensor]


@op
def max_pool(
    inputs: Any, pool_size: Sizes, strides: Sizes | None = None, padding: str = "valid", data_format: str | None = None
) -> torch.Tensor:
    """The largest value of each window.

    Args:
        inputs: (batch, *space, channels), with one to three axes of space; channels second for ``channels_first``.
        pool_size: the windows' size, one integer or one for each axis of space.
        strides: how far they move. Default: their size.
        padding: ``"valid"``: windows inside only; ``"same"``: one window for each stride, those at the rim smaller.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.

    Raises:
        ShapeError: when the window does not fit.
    """
    return _pool_windows(largest, inputs, pool_size, strides, padding, data_format)


@op
def average_pool(
    inputs: Any, pool_size: Sizes, strides: Sizes | None = None, padding: str = "valid", data_format: str | None = None
) -> torch.Tensor:
    """The mean of each window; the arguments are those of ``max_pool``, and zeros around do not count as values."""
    return _pool_windows(mean, inputs, pool_size, strides, padding, data_format)


@op
def adaptive_max_pool(inputs: Any, output_size: Sizes, data_format: str | None = None) -> torch.Tensor:
    """The largest value of each of ``output_size`` windows, the i-th of n from ``floor(i s / n)`` to ``ceil((i + 1) s / n)``.

    Args:
        inputs: (batch, *space, channels), with one to three axes of space; channels second for ``channels_first``.
        output_size: the number of windows, one integer or one for each axis of space.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
    """
    return _pool_adaptively(F.adaptive_max_pool2d, F.adaptive_max_pool3d, inputs, output_size, data_format)


@op
def adaptive_average_pool(inputs: Any, output_size: Sizes, data_format: str | None = None) -> torch.Tensor:
    """The mean of each of ``output_size`` windows; see ``adaptive_max_pool``."""
    return _pool_adaptively(F.adaptive_avg_pool2d, F.adaptive_avg_pool3d, inputs, output_size, data_format)


def largest(x: torch.Tensor, **options: Any) -> torch.Tensor:
    """torch's max-pooling for one or two, or three, axes."""
    return F.max_pool3d(x, **options) if x.dim() == 5 else F.max_pool2d(x, **options)


def mean(x: torch.Tensor, **options: Any) -> torch.Tensor:
    """The same for means."""
    if x.dim() == 4:
        return F.avg_pool2d(x, **options, count_include_pad=False)
    # torch's kernel for volumes has no half version on CPUs.
    half = x.device.type == "cpu" and x.dtype in (torch.float16, torch.bfloat16)
    return F.avg_pool3d(x.float() if half else x, **options, count_include_pad=False).to(x.dtype)


def _pool_windows(
    pool: Pool, inputs: Any, pool_size: Sizes, strides: Sizes | None, padding: str, data_format: str | None
) -> torch.Tensor:
    inputs = as_tensor(inputs)
    layout, rank = standardize_data_format(data_format), inputs.dim() - 2
    if rank not in (1, 2, 3):
        raise ArgumentError(f"Expected inputs with 3, 4 or 5 axes. Received: shape {tuple(inputs.shape)}")
    if padding not in ("valid", "same"):
        raise ArgumentError(f"Expected padding 'valid' or 'same'. Received: padding={padding!r}")
    size = per_axis(pool_size, rank, "pool_size")
    steps = size if strides is None else per_axis(strides, rank, "strides")
    return pool_windows(pool, inputs, size, steps, padding, layout)


def pool_windows(
    pool: Pool,
    inputs: torch.Tensor,
    size: Sequence[int],
    steps: Sequence[int],
    padding: str,
    layout: str,
    owner: str = "",
) -> torch.Tensor:
    """Pool with arguments that have been checked.

    Args:
        pool: ``largest`` or ``mean``.
        inputs: (batch, *space, channels), or with the channels second.
        size, steps: the windows' size and how far they move, one number for each axis of space.
        padding: ``"valid"`` or ``"same"``.
        layout: ``"channels_last"`` or ``"channels_first"``.
        owner: the name of the layer that asks, for the error.

    Raises:
        ShapeError: when the window does not fit.
    """
    window_counts(space_of(inputs.shape, layout), size, steps, padding, owner=owner)
    x = channels_second(inputs, layout)  # (batch, channels, *space)
    rank = len(size)
    if rank == 1:
        # As a picture of height 1, which stays channels_last in memory.
        x, size, steps = x.unsqueeze(2), (1, *size), (1, *steps)
    made = pool(x, kernel_size=size, stride=steps) if padding == "valid" else _pool_same(pool, x, size, steps)
    return channels_restored(made.squeeze(2) if rank == 1 else made, layout)


def _pool_same(pool: Pool, x: torch.Tensor, size: Sequence[int], strides: Sequence[int]) -> torch.Tensor:
    # torch pads both sides alike, Keras may pad one more after. Where the stride is over 1, ceil_mode reaches the
    # end; where it is 1, padding both sides more gives one window too many, the first. Neither copies the input.
    pads = [same_padding(*axis) for axis in zip(x.shape[2:], size, strides, strict=True)]
    extra = [stride == 1 and after > before for (before, after), stride in zip(pads, strides, strict=True)]
    padding = [after if more else before for (before, after), more in zip(pads, extra, strict=True)]
    made = pool(x, kernel_size=size, stride=strides, padding=padding, ceil_mode=True)
    for axis, more in enumerate(extra, start=2):
        if more:
            made = made.narrow(axis, 1, made.shape[axis] - 1)
    return made


def _pool_adaptively(
    flat: Pool, deep: Pool, inputs: Any, output_size: Sizes, data_format: str | None
) -> torch.Tensor:
    inputs = as_tensor(inputs)
    layout, rank = standardize_data_format(data_format), inputs.dim() - 2
    if rank not in (1, 2, 3):
        raise ArgumentError(f"Expected inputs with 3, 4 or 5 axes. Received: shape {tuple(inputs.shape)}")
    size = per_axis(output_size, rank, "output_size")
    x = channels_second(inputs, layout)  # (batch, channels, *space)
    if rank == 1:
        return channels_restored(flat(x.unsqueeze(2), (1, *size)).squeeze(2), layout)
    return channels_restored((deep if rank == 3 else flat)(x, size), layout)
