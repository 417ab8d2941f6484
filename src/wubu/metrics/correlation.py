"""Means of how predictions and labels go together."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.losses.alignment import as_pair, squeeze_or_expand_to_same_rank
from wubu.metrics.reductions import NamedMetric


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> torch.Tensor:
    """``cov(y_true, y_pred) / (std(y_true) * std(y_pred))`` along an axis, from -1 to 1.

    Args:
        y_true: numbers.
        y_pred: numbers of the same shape.
        axis: the axis that is correlated over.

    Returns:
        A tensor without that axis; NaN where either side is constant.

    Example:
        >>> pearson_correlation([[0.0, 1.0, 0.5]], [[0.0, 2.0, 1.0]])
        tensor([1.])
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    true, pred = _centred(y_true, axis), _centred(y_pred, axis)
    squares = true.square().mean(axis) * pred.square().mean(axis)
    return (true * pred).mean(axis) / squares.sqrt()


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> torch.Tensor:
    """``2 cov(y_true, y_pred) / (var(y_true) + var(y_pred) + (mean(y_true) - mean(y_pred))²)`` along an axis.

    Args:
        y_true: numbers.
        y_pred: numbers of the same shape.
        axis: the axis that is correlated over.

    Returns:
        A tensor without that axis, from -1 to 1; 1 only where the two are equal.

    Example:
        >>> concordance_correlation([[0.0, 1.0, 0.5]], [[0.0, 1.0, 0.5]])
        tensor([1.0000])
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    true, pred = _centred(y_true, axis), _centred(y_pred, axis)
    shift = y_true.mean(axis) - y_pred.mean(axis)
    spread = true.square().mean(axis) + pred.square().mean(axis) + shift.square()
    return 2 * (true * pred).mean(axis) / (spread + settings.epsilon())


def _centred(x: torch.Tensor, axis: int) -> torch.Tensor:
    return x - x.mean(axis, keepdim=True)


class PearsonCorrelation(NamedMetric):
    """The mean Pearson correlation; see ``pearson_correlation``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        axis: the axis that is correlated over.

    Example:
        >>> round(float(PearsonCorrelation()([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])), 4)
        0.9967
    """

    _direction = "up"

    def __init__(self, name: str = "pearson_correlation", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)


class ConcordanceCorrelation(NamedMetric):
    """The mean concordance correlation; see ``concordance_correlation``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        axis: the axis that is correlated over.

    Example:
        >>> round(float(ConcordanceCorrelation()([[0, 1, 0.5], [1, 1, 0.2]], [[0.1, 0.9, 0.5], [1, 0.9, 0.2]])), 4)
        0.9816
    """

    _direction = "up"

    def __init__(self, name: str = "concordance_correlation", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
