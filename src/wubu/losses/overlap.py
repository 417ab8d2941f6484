"""Losses of how little two regions overlap, for segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import settings
from wubu.losses.alignment import as_pair
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss

Axes = int | Sequence[int] | None


@targets("elementwise")
def dice(y_true: Any, y_pred: Any, axis: Axes = None) -> torch.Tensor:
    """``1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred) + epsilon)``.

    Args:
        y_true: masks of 0 and 1.
        y_pred: probabilities of the same shape.
        axis: the axes that are summed over; None for all.

    Returns:
        A tensor without these axes.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    overlap = _sum(y_true * y_pred, axis)
    return 1 - 2.0 * overlap / (_sum(y_true, axis) + _sum(y_pred, axis) + settings.epsilon())


@targets("elementwise")
def tversky(y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Axes = None) -> torch.Tensor:
    """``1 - o / (o + alpha * m + beta * e + epsilon)``, with o the overlap (Salehi et al., 2017).

    m sums what is in the mask and was missed, e what is outside and was predicted.

    Args:
        y_true: masks of 0 and 1.
        y_pred: probabilities of the same shape.
        alpha: the weight of what was missed.
        beta: the weight of what was predicted in excess; with both at 0.5 this is ``dice``.
        axis: the axes that are summed over; None for all.

    Returns:
        A tensor without these axes.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    overlap = _sum(y_true * y_pred, axis)
    missed = _sum((1 - y_pred) * y_true, axis)
    excess = _sum(y_pred * (1 - y_true), axis)
    return 1 - overlap / (overlap + missed * alpha + excess * beta + settings.epsilon())


def _sum(x: torch.Tensor, axis: Axes) -> torch.Tensor:
    if axis is None:
        return torch.sum(x)
    return torch.sum(x, dim=axis if isinstance(axis, int) else tuple(axis))


class Dice(NamedLoss):
    """One minus the Dice coefficient of two regions; see ``dice``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        axis: the axes that are summed over; None for all.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axes = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)


class Tversky(NamedLoss):
    """One minus the Tversky index of two regions; see ``tversky``.

    Args:
        alpha: the weight of what was missed.
        beta: the weight of what was predicted in excess.
        reduction: see ``Loss``.
        name: see ``Loss``.
        axis: the axes that are summed over; None for all.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axes = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)
