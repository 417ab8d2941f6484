"""A kernel slid over a tensor, in torch's order of axes, with Keras's paddings."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional as F

from wubu.layers.spatial import same_padding

Pads = list[tuple[int, int]]


def padding_of(
    padding: str, space: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilation: Sequence[int]
) -> Pads:
    """The zeros before and after each axis of space.

    Args:
        padding: ``"valid"``, ``"same"`` or ``"causal"``.
        space: the sizes of the axes.
        kernel: the kernel's sizes.
        strides: how far it moves.
        dilation: the distances between its elements.
    """
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "causal":
        return [(d * (k - 1), 0) for k, d in zip(kernel, dilation, strict=True)]
    return [same_padding(*axis) for axis in zip(space, kernel, strides, dilation, strict=True)]


def slide(
    x: torch.Tensor,
    kernel: torch.Tensor,
    bias: torch.Tensor | None,
    strides: Sequence[int],
    pads: Pads,
    dilation: Sequence[int],
    groups: int = 1,
) -> torch.Tensor:
    """Convolve.

    Args:
        x: of shape (batch, channels, *space), with one to three axes of space.
        kernel: of shape (filters, channels / groups, *space).
        bias: of shape (filters,) or None.
        strides: how far the kernel moves.
        pads: the zeros before and after each axis of space.
        dilation: the distances between the kernel's elements.
        groups: the number of parts that the channels are split into.

    Returns:
        A tensor of shape (batch, filters, *new_space).
    """
    even = all(before == after for before, after in pads)
    if not even:
        x = F.pad(x, [p for pair in reversed(pads) for p in pair])
    padding = [before if even else 0 for before, _ in pads]
    if len(pads) == 1:
        # As a picture of height 1, which stays channels_last in memory; torch's own way copies.
        x, kernel = x.unsqueeze(2), kernel.unsqueeze(2)
        return F.conv2d(x, kernel, bias, (1, *strides), (0, *padding), (1, *dilation), groups).squeeze(2)
    convolve = F.conv2d if len(pads) == 2 else F.conv3d
    return convolve(x, kernel, bias, tuple(strides), padding, tuple(dilation), groups)
