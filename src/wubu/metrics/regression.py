"""Means of how far numbers are off."""

from __future__ import annotations

from typing import Any

import torch

from wubu.losses.absolute_error import log_cosh, mean_absolute_error, mean_absolute_percentage_error
from wubu.losses.alignment import squeeze_or_expand_to_same_rank
from wubu.losses.cosine import cosine_similarity as cosine_loss
from wubu.losses.squared_error import mean_squared_error, mean_squared_logarithmic_error
from wubu.metrics.arithmetic import pair_of
from wubu.metrics.reductions import Mean, NamedMetric


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> torch.Tensor:
    """``sum(y_true * y_pred) / (|y_true| |y_pred|)`` along an axis: 1 for the same direction, -1 for the opposite.

    Args:
        y_true: vectors.
        y_pred: vectors of the same shape.
        axis: the axis that the vectors lie along.

    Returns:
        A tensor without that axis; 0 where a vector is zero.

    Example:
        >>> cosine_similarity([[0.0, 2.0]], [[0.0, 3.0]])
        tensor([1.])
    """
    return -cosine_loss(y_true, y_pred, axis)


class MeanSquaredError(NamedMetric):
    """The mean of ``(y_true - y_pred)²``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]]))
        2.5
    """

    def __init__(self, name: str = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(mean_squared_error, name, dtype)


class MeanAbsoluteError(NamedMetric):
    """The mean of ``|y_true - y_pred|``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]]))
        1.5
    """

    def __init__(self, name: str = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(NamedMetric):
    """The mean of ``100 |y_true - y_pred| / |y_true|``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(MeanAbsolutePercentageError()([[2.0, 1.0]], [[1.0, 2.0]]))
        75.0
    """

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(NamedMetric):
    """The mean of ``(log(y_true + 1) - log(y_pred + 1))²``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(MeanSquaredLogarithmicError()([[0.0, 1.0]], [[1.0, 1.0]])), 4)
        0.2402
    """

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(mean_squared_logarithmic_error, name, dtype)


class LogCoshError(NamedMetric):
    """The mean of ``log(cosh(y_pred - y_true))``.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(LogCoshError()([[0.0, 1.0]], [[1.0, 1.0]])), 4)
        0.2169
    """

    def __init__(self, name: str = "logcosh", dtype: Any = None) -> None:
        super().__init__(log_cosh, name, dtype)


class CosineSimilarity(NamedMetric):
    """The mean cosine of the angle between labels and predictions: 1 for the same direction.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.
        axis: the axis that the vectors lie along.

    Example:
        >>> float(CosineSimilarity()([[0.0, 2.0]], [[0.0, 3.0]]))
        1.0
    """

    _direction = "up"
    _unwritten = {"axis": -1}

    def __init__(self, name: str = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)


class RootMeanSquaredError(Mean):
    """``sqrt(mean((y_true - y_pred)²))`` over everything seen.

    Args:
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(RootMeanSquaredError()([[0.0, 1.0]], [[2.0, 3.0]]))
        2.0
    """

    _direction = "down"

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype=dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Add a batch.

        Args:
            y_true: numbers.
            y_pred: numbers of the same shape.
            sample_weight: weights of the first axes, or None.
        """
        y_true, y_pred = squeeze_or_expand_to_same_rank(*pair_of(y_true, y_pred, self._torch_dtype))
        super().update_state(torch.square(y_pred - y_true), sample_weight)

    def result(self) -> torch.Tensor:
        """The root of the mean."""
        return torch.sqrt(super().result())
