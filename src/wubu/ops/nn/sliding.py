"""A kernel slid over a tensor, in torch's order of axes, with Keras's paddings."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional as F

from wubu.ops.nn.spatial import same_padding

Pads = list[tuple[int, int]]
_ORDERS = {2: (2, 1, 0), 3: (3, 2, 0, 1), 4: (4, 3, 0, 1, 2)}  # by the last axis
_TRANSPOSED = {2: F.conv_transpose2d, 3: F.conv_transpose3d}


def torch_order(kernel: torch.Tensor) -> torch.Tensor:
    """The view with the last axis first and the one before it second, then space."""
    last = kernel.dim() - 1
    return kernel.permute(_ORDERS.get(last) or (last, last - 1, *range(last - 1)))


def depthwise_torch_order(kernel: torch.Tensor) -> torch.Tensor:
    """The view of shape (channels * multiplier, 1, *space)."""
    moved = kernel.movedim((-2, -1), (0, 1))  # (channels, multiplier, *space)
    return moved.reshape(-1, 1, *moved.shape[2:])


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


def transposed_crops(
    padding: str,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int],
    output_padding: Sequence[int] | None,
) -> Pads:
    """What to take off both ends of the longest result along each axis; below 0: zeros to add after.

    Args:
        padding: ``"valid"`` or ``"same"``.
        kernel: the kernel's sizes.
        strides: how far the input's elements are apart in the output.
        dilation: the distances between the kernel's elements.
        output_padding: how many elements more the output gets after each axis; None for Keras's own choice.
    """
    crops = []
    for i, (width, stride) in enumerate(zip(kernel, strides, strict=True)):
        reach = dilation[i] * (width - 1) + 1
        more = None if output_padding is None else output_padding[i]
        if padding == "valid":
            crops.append((0, -(max(stride - reach, 0) if more is None else more)))
        else:
            kept = stride + reach - 2 if more is None else reach + reach % 2 - 2 + more
            before = max(reach - 1 - (kept + 1) // 2, 0)
            crops.append((before, 2 * (reach - 1) - kept - before))
    return crops


def slide_transposed(
    x: torch.Tensor,
    kernel: torch.Tensor,
    bias: torch.Tensor | None,
    strides: Sequence[int],
    crops: Pads,
    dilation: Sequence[int],
) -> torch.Tensor:
    """Compute what the gradient of a convolution computes.

    Args:
        x: of shape (batch, channels, *space), with one to three axes of space.
        kernel: of shape (channels, filters, *space).
        bias: of shape (filters,) or None.
        strides: how far the input's elements are apart in the output.
        crops: what is taken off both ends; see ``transposed_crops``.
        dilation: the distances between the kernel's elements.

    Returns:
        A tensor of shape (batch, filters, *new_space).
    """
    if len(crops) == 1:
        # As a picture of height 1, which stays channels_last in memory.
        lifted = [(0, 0), *crops]
        made = slide_transposed(x.unsqueeze(2), kernel.unsqueeze(2), bias, (1, *strides), lifted, (1, *dilation))
        return made.squeeze(2)
    before = [first for first, _ in crops]
    # torch crops both ends alike and can add zeros after; what is left to crop after is cut off.
    added = [max(first - last, 0) for first, last in crops]
    if any(more >= max(step, wide) for more, step, wide in zip(added, strides, dilation, strict=True)):
        # torch adds fewer zeros than its strides; more are padded on.
        made = _TRANSPOSED[x.dim() - 2](x, kernel, bias, tuple(strides), 0, 0, 1, tuple(dilation))
        made = F.pad(made, [-side for pair in reversed(crops) for side in pair])
        return made
    made = _TRANSPOSED[x.dim() - 2](x, kernel, bias, tuple(strides), before, added, 1, tuple(dilation))
    for axis, (first, last) in enumerate(crops, start=2):
        if last > first:
            made = made.narrow(axis, 0, made.shape[axis] - (last - first))
    return made
