"""A cross-entropy that forgives some wrong labels."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.losses.alignment import as_predictions, beside
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss


@targets("indices")
def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> torch.Tensor:
    """``(1 - p^q) / q`` with p the probability of the class that a label names (Zhang & Sabuncu, 2018).

    Args:
        y_true: class indices of shape (…) or (…, 1).
        y_pred: probabilities of shape (…, classes).
        q: between 0, which gives the cross-entropy, and 1, which gives the absolute error.

    Returns:
        A tensor of shape (…).
    """
    y_pred = as_predictions(y_pred)
    labels = beside(y_true, y_pred).to(torch.int64)
    if labels.dim() < y_pred.dim():
        labels = labels.unsqueeze(-1)
    right = torch.gather(y_pred, -1, labels).squeeze(-1)
    return (1 - torch.pow(right, q)) / q


class CategoricalGeneralizedCrossEntropy(NamedLoss):
    """A cross-entropy of integer labels, some of which are wrong; see
    ``categorical_generalized_cross_entropy``.

    Args:
        q: strictly between 0 and 1: the larger, the more wrong labels it bears.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ArgumentError(f"Expected q to lie strictly between 0 and 1. Received: q={q}")
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)
