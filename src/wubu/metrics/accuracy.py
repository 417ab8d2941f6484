"""How often predictions are right."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.losses.alignment import beside, squeeze_or_expand_to_same_rank
from wubu.metrics.arithmetic import index_of_largest
from wubu.metrics.reductions import NamedMetric


def _floats(matches: torch.Tensor) -> torch.Tensor:
    return matches.to(torch_dtype(settings.floatx()))


def accuracy(y_true: Any, y_pred: Any) -> torch.Tensor:
    """1 where labels and predictions are equal, else 0.

    Args:
        y_true: labels of shape (…).
        y_pred: predictions of the same shape.

    Returns:
        A tensor of that shape.

    Example:
        >>> accuracy([1, 2, 3], [1, 0, 3])
        tensor([1., 0., 1.])
    """
    return _floats(_equal(y_true, y_pred))


def _equal(y_true: Any, y_pred: Any) -> torch.Tensor:
    y_pred = as_tensor(y_pred)
    y_true, y_pred = squeeze_or_expand_to_same_rank(beside(y_true, y_pred, y_pred.dtype), y_pred)
    return y_true == y_pred


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> torch.Tensor:
    """1 where ``y_pred > threshold`` says what the label (0 or 1) says, else 0.

    Args:
        y_true: labels 0 and 1 of shape (…).
        y_pred: probabilities of the same shape.
        threshold: predictions above it count as 1.

    Returns:
        A tensor of that shape.

    Example:
        >>> binary_accuracy([[1], [0]], [[0.9], [0.8]])
        tensor([[1.],
                [0.]])
    """
    return _floats(_binary_matches(y_true, y_pred, threshold))


def _binary_matches(y_true: Any, y_pred: Any, threshold: float = 0.5) -> torch.Tensor:
    y_pred = as_tensor(y_pred)
    y_true, y_pred = squeeze_or_expand_to_same_rank(beside(y_true, y_pred), y_pred)
    return (y_pred > threshold) == y_true


def categorical_accuracy(y_true: Any, y_pred: Any) -> torch.Tensor:
    """1 where the class of the largest prediction is the class of the largest label, else 0.

    Args:
        y_true: one-hot labels of shape (…, classes).
        y_pred: scores of the same shape.

    Returns:
        A tensor of shape (…).

    Example:
        >>> categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]])
        tensor([1., 0.])
    """
    return _floats(_categorical_matches(y_true, y_pred))


def _categorical_matches(y_true: Any, y_pred: Any) -> torch.Tensor:
    y_pred = as_tensor(y_pred)
    labels = index_of_largest(beside(y_true, y_pred))
    if labels.dim() == y_pred.dim():
        labels = labels.squeeze(-1)
    return labels == y_pred.argmax(-1)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> torch.Tensor:
    """1 where the largest prediction is that of the class the label names, else 0.

    Args:
        y_true: class indices of shape (…) or (…, 1).
        y_pred: scores of shape (…, classes).

    Returns:
        A tensor of shape (…).

    Example:
        >>> sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.4, 0.6]])
        tensor([1., 0.])
    """
    return _floats(_sparse_matches(y_true, y_pred))


def _sparse_matches(y_true: Any, y_pred: Any) -> torch.Tensor:
    y_pred = as_tensor(y_pred)
    labels = beside(y_true, y_pred)
    if labels.dim() == y_pred.dim() and labels.shape[-1] == 1:
        return labels.squeeze(-1) == y_pred.argmax(-1)
    matches = labels == y_pred.argmax(-1)
    return matches.squeeze(-1) if matches.dim() > 1 and matches.shape[-1] == 1 else matches


class Accuracy(NamedMetric):
    """The share of predictions that equal their label.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(Accuracy()([1, 2, 3, 4], [1, 2, 3, 0]))
        0.75
    """

    _direction = "up"

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> torch.Tensor:
        """Whether each prediction is right; kept as booleans, whose sum costs no cast."""
        return _equal(y_true, y_pred)


class BinaryAccuracy(NamedMetric):
    """The share of predictions on the right side of a threshold.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        threshold: predictions above it count as 1.

    Example:
        >>> float(BinaryAccuracy()([[1], [1], [0], [0]], [[0.98], [1.0], [0.0], [0.6]]))
        0.75
    """

    _direction = "up"

    def __init__(self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)

    def values(self, y_true: Any, y_pred: Any) -> torch.Tensor:
        """Whether each prediction is right."""
        return _binary_matches(y_true, y_pred, **self._fn_kwargs)


class CategoricalAccuracy(NamedMetric):
    """The share of rows whose largest prediction is the one-hot label's class.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]))
        0.5
    """

    _direction = "up"

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> torch.Tensor:
        """Whether each prediction is right."""
        return _categorical_matches(y_true, y_pred)


class SparseCategoricalAccuracy(NamedMetric):
    """The share of rows whose largest prediction is that of the class the label names.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.4, 0.6]]))
        0.5
    """

    _direction = "up"

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)

    def values(self, y_true: Any, y_pred: Any) -> torch.Tensor:
        """Whether each prediction is right."""
        return _sparse_matches(y_true, y_pred)
