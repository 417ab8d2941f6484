"""Products of matrices and of batches of them."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ShapeError
from wubu.symbolic.function import op

__all__ = ["batch_dot", "dot"]


@op
def dot(x: Any, y: Any) -> torch.Tensor:
    """The product over the last axis of the first and the last but one of the second.

    ``(a, b, c) · (d, c, e)`` gives ``(a, b, d, e)``.
    """
    x, y = as_tensor(x), as_tensor(y)
    if y.dim() <= 2:
        return torch.matmul(x, y)
    return torch.tensordot(x, y, dims=([x.dim() - 1], [y.dim() - 2]))


@op
def batch_dot(x: Any, y: Any, axes: Any = None) -> torch.Tensor:
    """Products of each sample of one batch with that of another.

    Args:
        x, y: batches of at least two axes.
        axes: the axis, or one for each, that the product runs over; default the last of the first, and of the second
            the last but one (the last, for two axes).

    Returns:
        (batch, the other axes of ``x``, the other axes of ``y``); (batch, 1) when none are left.
    """
    x, y = as_tensor(x), as_tensor(y)
    if x.dim() < 2 or y.dim() < 2:
        raise ShapeError(f"Expected two batches of at least two axes. Received: {tuple(x.shape)} and {tuple(y.shape)}")
    if axes is None:
        axes = (x.dim() - 1, y.dim() - 1 if y.dim() == 2 else y.dim() - 2)
    first, second = (axes, axes) if isinstance(axes, int) else axes
    first, second = first % x.dim(), second % y.dim()
    if 0 in (first, second):
        raise ShapeError("The product cannot run over the batch axis 0. Try: K.dot")
    if x.shape[first] != y.shape[second]:
        raise ShapeError(
            f"Expected axis {first} of {tuple(x.shape)} and axis {second} of {tuple(y.shape)} to have the same size"
        )
    left = x.movedim(first, -1)  # (batch, *a, k)
    right = y.movedim(second, 1)  # (batch, k, *b)
    made = torch.bmm(left.reshape(x.shape[0], -1, x.shape[first]), right.reshape(y.shape[0], y.shape[second], -1))
    rest = (*left.shape[1:-1], *right.shape[2:])
    return made.reshape(x.shape[0], *(rest or (1,)))
