"""Losses between distributions, and of counts: Kullback-Leibler and Poisson."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.losses.alignment import as_pair
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss


@targets("elementwise")
def kl_divergence(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``sum(y_true * log(y_true / y_pred))`` over the last axis, with both kept between epsilon and 1.

    Args:
        y_true: probabilities of shape (…, classes).
        y_pred: probabilities of the same shape.

    Returns:
        A tensor of shape (…).
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    y_true = torch.clamp(y_true, settings.epsilon(), 1.0)
    y_pred = torch.clamp(y_pred, settings.epsilon(), 1.0)
    return torch.sum(y_true * torch.log(y_true / y_pred), dim=-1)


@targets("elementwise")
def poisson(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean(y_pred - y_true * log(y_pred + epsilon))`` over the last axis.

    Args:
        y_true: counts of shape (…, n).
        y_pred: expected counts of the same shape, above 0.

    Returns:
        A tensor of shape (…).
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    return torch.mean(y_pred - y_true * torch.log(y_pred + settings.epsilon()), dim=-1)


class KLDivergence(NamedLoss):
    """The Kullback-Leibler divergence of predicted from true probabilities; see ``kl_divergence``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(NamedLoss):
    """The loss of counts that follow a Poisson distribution; see ``poisson``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)
