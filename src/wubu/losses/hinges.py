"""Losses of a margin: nothing is lost once the right side leads by 1."""

from __future__ import annotations

from typing import Any

import torch

from wubu.losses.alignment import as_pair
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss


@targets("elementwise")
def hinge(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean(max(1 - y_true * y_pred, 0))`` over the last axis.

    Args:
        y_true: -1 and 1 of shape (…, n); where all are 0 and 1, zeros count as -1.
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (…).

    Example:
        >>> hinge([[1.0, 0.0]], [[0.5, 0.5]])
        tensor([1.])
    """
    return torch.mean(_missing(y_true, y_pred), dim=-1)


@targets("elementwise")
def squared_hinge(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``mean(max(1 - y_true * y_pred, 0)²)`` over the last axis.

    Args:
        y_true: -1 and 1 of shape (…, n); where all are 0 and 1, zeros count as -1.
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (…).
    """
    return torch.mean(torch.square(_missing(y_true, y_pred)), dim=-1)


def _missing(y_true: Any, y_pred: Any) -> torch.Tensor:
    """How far each score is from a lead of 1."""
    y_true, y_pred = as_pair(y_true, y_pred)
    # A choice on the device: asking the host would stop a captured step.
    binary = torch.all(torch.eq(y_true, 0) | torch.eq(y_true, 1))
    y_true = torch.where(binary, 2.0 * y_true - 1.0, y_true)
    return torch.clamp(1.0 - y_true * y_pred, min=0.0)


@targets("elementwise")
def categorical_hinge(y_true: Any, y_pred: Any) -> torch.Tensor:
    """``max(1 + max((1 - y_true) * y_pred) - sum(y_true * y_pred), 0)`` over the last axis.

    Args:
        y_true: one-hot labels of shape (…, classes).
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (…).
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    right = torch.sum(y_true * y_pred, dim=-1)
    wrong = torch.amax((1.0 - y_true) * y_pred, dim=-1)
    return torch.clamp(wrong - right + 1.0, min=0.0)


class Hinge(NamedLoss):
    """A linear margin loss for labels -1 and 1 (or 0 and 1); see ``hinge``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(NamedLoss):
    """A squared margin loss for labels -1 and 1 (or 0 and 1); see ``squared_hinge``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(NamedLoss):
    """A margin loss for one-hot labels; see ``categorical_hinge``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
