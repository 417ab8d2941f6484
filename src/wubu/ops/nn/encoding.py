"""Classes as vectors, blocks of pixels as channels, and quality of pictures."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.promotion import floating
from wubu.symbolic.function import op


@op
def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> torch.Tensor:
    """1 at the place of each class along a new axis, 0 elsewhere; classes out of range give zeros.

    Args:
        x: classes, counted from 0.
        num_classes: the size of the new axis.
        axis: where the new axis goes.
        dtype: default floatx.
        sparse: must be False.
    """
    if sparse:
        raise ArgumentError("Sparse tensors are not supported. Try: sparse=False")
    classes = as_tensor(x).long()
    places = torch.arange(num_classes, device=classes.device)
    made = (classes.unsqueeze(-1) == places).to(torch_dtype(dtype or settings.floatx()))
    return made if axis == -1 else torch.movedim(made, -1, axis)


@op
def multi_hot(
    inputs: Any, num_classes: int | None = None, axis: int = -1, dtype: Any = None, sparse: bool = False, **kwargs: Any
) -> torch.Tensor:
    """1 at the place of every class that occurs along the last axis.

    Args:
        inputs: classes, (batch, occurrences) or (occurrences,).
        num_classes: how many classes there are.
        axis: where the axis of classes goes.
        dtype: default floatx.
        sparse: must be False.
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None:
        raise ArgumentError("multi_hot needs num_classes, the number of classes.")
    encoded = one_hot(inputs, num_classes, axis=axis, dtype=dtype, sparse=sparse)
    x = as_tensor(inputs)
    return torch.amax(encoded, dim=1 if x.dim() > 1 else 0)


@op
def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> torch.Tensor:
    """Channels as blocks of pixels: (batch, h, w, c·b²) becomes (batch, h·b, w·b, c)."""
    x, b = as_tensor(x), block_size
    if data_format == "channels_last":
        n, h, w, c = x.shape
        blocks = x.reshape(n, h, w, b, b, c // (b * b))
        return blocks.permute(0, 1, 3, 2, 4, 5).reshape(n, h * b, w * b, c // (b * b))
    n, c, h, w = x.shape
    blocks = x.reshape(n, b, b, c // (b * b), h, w)
    return blocks.permute(0, 3, 4, 1, 5, 2).reshape(n, c // (b * b), h * b, w * b)


@op
def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> torch.Tensor:
    """Blocks of pixels as channels: (batch, h, w, c) becomes (batch, h/b, w/b, c·b²)."""
    x, b = as_tensor(x), block_size
    if data_format == "channels_last":
        n, h, w, c = x.shape
        return x.reshape(n, h // b, b, w // b, b, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h // b, w // b, c * b * b)
    n, c, h, w = x.shape
    blocks = x.reshape(n, c, h // b, b, w // b, b)
    # Keras orders channels first here and blocks first in depth_to_space, so for this layout they are not inverse.
    return blocks.permute(0, 1, 3, 5, 2, 4).reshape(n, c * b * b, h // b, w // b)


@op
def polar(abs_: Any, angle: Any) -> torch.Tensor:
    """The complex number of a length and an angle."""
    return torch.polar(floating(abs_), floating(angle))


@op
def psnr(x1: Any, x2: Any, max_val: float) -> torch.Tensor:
    """The peak signal-to-noise ratio in decibels: 20·log10(max) - 10·log10(mean (x1 - x2)²)."""
    a, b = floating(x1), floating(x2)
    peak = torch.tensor(float(max_val), dtype=a.dtype, device=a.device)
    return 20 * torch.log10(peak) - 10 * torch.log10(torch.mean(torch.square(a - b)))
