"""How often the right class is among the k largest predictions."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.losses.alignment import beside
from wubu.metrics.arithmetic import index_of_largest
from wubu.metrics.reductions import NamedMetric


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> torch.Tensor:
    """1 where the label's class is among the k largest predictions, else 0.

    Args:
        y_true: one-hot labels of shape (…, classes).
        y_pred: scores of the same shape.
        k: how many predictions count.

    Returns:
        A tensor of shape (…).

    Example:
        >>> top_k_categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.7, 0.2], [0.5, 0.1, 0.4]], k=2)
        tensor([1., 0.])
    """
    y_pred = as_tensor(y_pred)
    return _floats(_in_top_k(index_of_largest(beside(y_true, y_pred)), y_pred, k))


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> torch.Tensor:
    """1 where the class that the label names is among the k largest predictions, else 0.

    Args:
        y_true: class indices of shape (…) or (…, 1).
        y_pred: scores of shape (…, classes); or class indices, the most likely first.
        k: how many predictions count.
        from_sorted_ids: whether the predictions are class indices.

    Returns:
        A tensor of the labels' shape.

    Example:
        >>> sparse_top_k_categorical_accuracy([2, 1], [[0.1, 0.7, 0.2], [0.5, 0.1, 0.4]], k=2)
        tensor([1., 0.])
    """
    y_pred = as_tensor(y_pred)
    labels = beside(y_true, y_pred)
    rows = labels.reshape(y_pred.shape[:-1])
    if from_sorted_ids:
        matches = (rows.unsqueeze(-1) == y_pred[..., :k]).any(-1)
    else:
        matches = _in_top_k(rows.long(), y_pred, k)
    return _floats(matches.reshape(labels.shape))


def _in_top_k(labels: torch.Tensor, y_pred: torch.Tensor, k: int) -> torch.Tensor:
    # Fewer than k are larger: the same as looking among the k largest, ties included, without sorting.
    own = y_pred.gather(-1, labels.unsqueeze(-1))
    return (y_pred > own).sum(-1) < k


def _floats(matches: torch.Tensor) -> torch.Tensor:
    return matches.to(torch_dtype(settings.floatx()))


class TopKCategoricalAccuracy(NamedMetric):
    """The share of rows whose one-hot label's class is among the k largest predictions.

    Args:
        k: how many predictions count.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(TopKCategoricalAccuracy(k=1)([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
        0.5
    """

    _direction = "up"

    def __init__(self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(NamedMetric):
    """The share of rows where the class that the label names is among the k largest predictions.

    Args:
        k: how many predictions count.
        name: of the metric.
        dtype: the type to compute in, default floatx.
        from_sorted_ids: whether the predictions are class indices, the most likely first.

    Example:
        >>> float(SparseTopKCategoricalAccuracy(k=1)([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
        0.5
    """

    _direction = "up"
    _unwritten = {"from_sorted_ids": False}

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
