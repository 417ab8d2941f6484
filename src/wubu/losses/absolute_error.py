"""Losses that take the size of a difference, and those that turn into it far from zero."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core import settings
from wubu.losses.alignment import as_pair, squeeze_or_expand_to_same_rank
from wubu.losses.traits import mean_of, targets
from wubu.losses.wrapper import NamedLoss


@targets("elementwise")
def mean_absolute_error(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean(|y_true - y_pred|)`` over the last axis.

    Args:
        y_true: numbers of shape (…, n).
        y_pred: numbers of the same shape.

    Returns:
        A tensor of shape (…).

    Example:
        >>> mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]])
        tensor([1.5000])
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    return torch.mean(torch.abs(y_pred - y_true), dim=-1)


@mean_of(mean_absolute_error)
def _mean_absolute(y_true: torch.Tensor, y_pred: torch.Tensor) -> torch.Tensor:
    return torch.mean(torch.abs(y_pred - y_true))


@targets("elementwise")
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``100 * mean(|y_true - y_pred| / max(|y_true|, epsilon))`` over the last axis.

    Args:
        y_true: numbers of shape (…, n).
        y_pred: numbers of the same shape.

    Returns:
        A tensor of shape (…), in percent.
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    size = torch.clamp(torch.abs(y_true), min=settings.epsilon())
    return 100.0 * torch.mean(torch.abs((y_true - y_pred) / size), dim=-1)


@targets("elementwise")
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> torch.Tensor:
    """The mean, over the last axis, of ``e² / 2`` where ``|e| <= delta``, else ``delta * |e| - delta² / 2``
    (Huber, 1964).

    Args:
        y_true: numbers of shape (…, n).
        y_pred: numbers of the same shape.
        delta: where the square turns into a straight line.

    Returns:
        A tensor of shape (…).
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    if y_true.shape != y_pred.shape:
        y_true, y_pred = torch.broadcast_tensors(y_true, y_pred)
    return torch.mean(F.huber_loss(y_pred, y_true, reduction="none", delta=float(delta)), dim=-1)


@mean_of(huber)
def _mean_huber(y_true: torch.Tensor, y_pred: torch.Tensor, delta: float = 1.0) -> torch.Tensor | None:
    return F.huber_loss(y_pred, y_true, delta=float(delta)) if y_true.shape == y_pred.shape else None


@targets("elementwise")
def log_cosh(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean(log(cosh(y_pred - y_true)))`` over the last axis: a square near zero, a straight line far away.

    Args:
        y_true: numbers of shape (…, n).
        y_pred: numbers of the same shape.

    Returns:
        A tensor of shape (…).
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    error = y_pred - y_true
    # cosh overflows early; log(cosh(e)) = e + log(1 + exp(-2e)) - log(2) does not.
    return torch.mean(error + F.softplus(error * -2.0) - math.log(2.0), dim=-1)


class MeanAbsoluteError(NamedLoss):
    """The mean of absolute differences; see ``mean_absolute_error``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(NamedLoss):
    """The mean of absolute differences in percent of the labels; see ``mean_absolute_percentage_error``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class Huber(NamedLoss):
    """Squares of small differences, sizes of large ones; see ``huber``.

    Args:
        delta: where the square turns into a straight line.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    _unwritten = {"delta": 1.0}

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(NamedLoss):
    """The mean logarithm of the hyperbolic cosine of differences; see ``log_cosh``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)
