"""Activations that turn scores into probabilities along an axis."""

from __future__ import annotations

from typing import Any

import torch

from wubu.activations.logits import remember_logits
from wubu.core.tensors import as_tensor


def softmax(x: Any, axis: int | None = -1) -> torch.Tensor:
    """``exp(x) / sum(exp(x))`` along an axis.

    The result remembers ``x``, so that a cross-entropy of this very tensor is computed from the logits:
    exact where a probability has rounded to 0 or 1.

    Args:
        x: a tensor of any shape.
        axis: the axis that sums to one; None for all of them together.

    Returns:
        A tensor of the same shape, positive, whose sum along the axis is 1.

    Example:
        >>> softmax([[0.0, 0.0]])
        tensor([[0.5000, 0.5000]])
    """
    x = as_tensor(x)
    if axis is None:
        return torch.exp(x - _log_of_sum(x))
    return remember_logits(torch.softmax(x, dim=axis), x, "softmax", axis)


def log_softmax(x: Any, axis: int | None = -1) -> torch.Tensor:
    """``x - log(sum(exp(x)))`` along an axis: the logarithm of ``softmax``, without its rounding.

    Args:
        x: a tensor of any shape.
        axis: the axis that is normalised; None for all of them together.
    """
    x = as_tensor(x)
    if axis is None:
        return x - _log_of_sum(x)
    return torch.log_softmax(x, dim=axis)


def _log_of_sum(x: torch.Tensor) -> torch.Tensor:
    # Over all axes in place: a symbolic tensor could not be flattened and given its shape back.
    return torch.logsumexp(x, dim=tuple(range(x.dim())))


def sparsemax(x: Any, axis: int = -1) -> torch.Tensor:
    """``max(x - tau, 0)`` with a tau per row: like softmax, with many entries exactly zero (Martins &
    Astudillo, 2016).

    The numbers are Keras's. Where one entry survives it is 1; where several do, Keras's tau is larger than
    the paper's, so that they sum to less than 1.

    Args:
        x: a tensor of any shape.
        axis: the axis of the scores that compete.
    """
    x = as_tensor(x)
    ordered = torch.sort(x, dim=axis, descending=True)[0]
    sums = torch.cumsum(ordered, dim=axis)
    rank = torch.cumsum(torch.ones_like(x), dim=axis)  # 1, 2, 3… along the axis
    support = ordered - (sums - 1) / rank > 0
    count = torch.sum(support, dim=axis, keepdim=True)
    # The paper has the last of the supported sums here, Keras the sum of all of them.
    tau = (torch.sum(torch.where(support, sums, 0.0), dim=axis, keepdim=True) - 1) / count
    return torch.clamp(x - tau, min=0.0)
