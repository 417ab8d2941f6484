"""Losses that square a difference."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core import settings
from wubu.losses.alignment import as_pair, squeeze_or_expand_to_same_rank
from wubu.losses.traits import mean_of, targets
from wubu.losses.wrapper import NamedLoss


@targets("elementwise")
def mean_squared_error(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean((y_true - y_pred)²)`` over the last axis.

    Args:
        y_true: numbers of shape (…, n).
        y_pred: numbers of the same shape.

    Returns:
        A tensor of shape (…).

    Example:
        >>> mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]])
        tensor([2.5000])
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    return torch.mean(torch.square(y_pred - y_true), dim=-1)


@mean_of(mean_squared_error)
def _mean(y_true: torch.Tensor, y_pred: torch.Tensor) -> torch.Tensor | None:
    return F.mse_loss(y_pred, y_true) if y_true.shape == y_pred.shape else None


@targets("elementwise")
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean((log(y_true + 1) - log(y_pred + 1))²)`` over the last axis; values below epsilon count as
    epsilon.

    Args:
        y_true: numbers of shape (…, n), not negative.
        y_pred: numbers of the same shape.

    Returns:
        A tensor of shape (…).
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    epsilon = settings.epsilon()
    difference = torch.log(torch.clamp(y_pred, min=epsilon) + 1.0) - torch.log(torch.clamp(y_true, min=epsilon) + 1.0)
    return torch.mean(torch.square(difference), dim=-1)


class MeanSquaredError(NamedLoss):
    """The mean of squared differences; see ``mean_squared_error``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.

    Example:
        >>> MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]])
        tensor(2.5000)
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(NamedLoss):
    """The mean of squared differences of logarithms; see ``mean_squared_logarithmic_error``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)
