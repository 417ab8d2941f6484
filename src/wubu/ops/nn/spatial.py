"""Axes of space: where they are, how large windows that slide over them make them, and torch's order of axes.

Keras puts channels last, torch puts them second. The permutations here move no memory: what they give is torch's
``channels_last`` format, in which its convolutions are fastest.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from wubu.errors import ArgumentError, ShapeError

Size = int | None


def per_axis(value: int | Sequence[int], rank: int, name: str, least: int = 1) -> tuple[int, ...]:
    """One integer repeated for each axis of space, or one for each as it is.

    Raises:
        ArgumentError: when there are too many or too few, or one is too small.
    """
    found = tuple(int(v) for v in value) if isinstance(value, Sequence) else (int(value),) * rank
    if len(found) != rank or min(found) < least:
        raise ArgumentError(
            f"Expected {name} to be an integer, or {rank} of them, not less than {least}. Received: {name}={value!r}"
        )
    return found


def space_of(shape: Sequence[Size], data_format: str) -> tuple[Size, ...]:
    """The sizes of the axes of space of an input's shape with batch and channels."""
    return tuple(shape[1:-1]) if data_format == "channels_last" else tuple(shape[2:])


def with_space(batch: Size, space: Sequence[Size], channels: Size, data_format: str) -> tuple[Size, ...]:
    """A shape from its parts."""
    return (batch, *space, channels) if data_format == "channels_last" else (batch, channels, *space)


def channel_axis(data_format: str) -> int:
    """The axis of the channels: -1 or 1."""
    return -1 if data_format == "channels_last" else 1


# The orders of axes for one to three axes of space.
_SECOND = {3: (0, 2, 1), 4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}
_RESTORED = {3: (0, 2, 1), 4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}


def channels_second(x: torch.Tensor, data_format: str) -> torch.Tensor:
    """A view with the channels at axis 1, as torch has them."""
    if data_format == "channels_first":
        return x
    return x.permute(_SECOND.get(x.dim()) or (0, x.dim() - 1, *range(1, x.dim() - 1)))


def channels_restored(x: torch.Tensor, data_format: str) -> torch.Tensor:
    """The view that undoes ``channels_second``."""
    if data_format == "channels_first":
        return x
    return x.permute(_RESTORED.get(x.dim()) or (0, *range(2, x.dim()), 1))


def same_padding(size: int, window: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """How many zeros go before and after an axis for padding 'same': the odd one goes after.

    Args:
        size: the axis's size.
        window: the window's size.
        stride: how far the window moves.
        dilation: the distance between the window's elements.

    Example:
        >>> same_padding(28, 3, 2)
        (0, 1)
    """
    total = max(dilation * (window - 1) - (size - 1) % stride, 0)
    return total // 2, total - total // 2


def window_counts(
    space: Sequence[Size],
    window: Sequence[int],
    strides: Sequence[int],
    padding: str,
    dilation: Sequence[int] | None = None,
    owner: str = "",
) -> tuple[Size, ...]:
    """How many places a sliding window has along each axis.

    Args:
        space: the axes' sizes, None where unknown.
        window: the window's sizes.
        strides: how far it moves.
        padding: ``"valid"`` (inside only), ``"same"`` or ``"causal"`` (one place per stride).
        dilation: the distances between the window's elements.
        owner: the name of the layer that asks, for the error.

    Raises:
        ShapeError: when the window does not fit.
    """
    subject = f"Layer {owner!r}" if owner else "The operation"
    if len(space) != len(window):
        raise ShapeError(f"{subject} expects {len(window)} axes between batch and channels. Received: {len(space)}")
    counts: list[Size] = []
    for axis, (size, width, stride) in enumerate(zip(space, window, strides, strict=True)):
        if size is None:
            counts.append(None)
            continue
        reach = (dilation[axis] if dilation else 1) * (width - 1) + 1
        count = (size - reach) // stride + 1 if padding == "valid" else (size - 1) // stride + 1
        if count <= 0:
            raise ShapeError(
                f"{subject}: a window of {reach} does not fit into axis {axis} of the space, of size {size}. "
                f"Received: an input whose space is {tuple(space)}. Try: padding='same', a smaller window, or fewer "
                "poolings and strides before it"
            )
        counts.append(count)
    return tuple(counts)
