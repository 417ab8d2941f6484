"""The coefficient of determination."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.losses.alignment import squeeze_or_expand_to_same_rank
from wubu.metrics.arithmetic import pair_of, weights_beside
from wubu.metrics.base import Metric

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """``1 - sum((y_true - y_pred)²) / sum((y_true - mean(y_true))²)``: the share of the variance that is explained.

    Args:
        class_aggregation: how the columns' scores become one: ``"uniform_average"``,
            ``"variance_weighted_average"``, or None for a score per column.
        num_regressors: p, for the score adjusted for the number of predictors, ``1 - (1 - R²)(n - 1) / (n - p - 1)``;
            0, or too few samples for it, gives the plain score.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Raises:
        ArgumentError: for an unknown aggregation or a negative number.
        ShapeError: for data that are not of shape (batch, columns).

    Example:
        >>> round(float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714
    """

    _direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in _AGGREGATIONS:
            raise ArgumentError(
                f"Expected class_aggregation to be one of {_AGGREGATIONS}. Received: {class_aggregation!r}"
            )
        if num_regressors < 0:
            raise ArgumentError(f"Expected num_regressors to be 0 or more. Received: {num_regressors}")
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), name="num_samples")
        self._built = False

    def prepare(self, y_true: Any, y_pred: Any) -> None:
        """Make the sums, one for each column."""
        if self._built:
            return
        if len(y_pred.shape) != 2 or len(y_true.shape) not in (1, 2):
            raise ShapeError(
                "R2Score expects data of shape (batch, columns). "
                f"Received: labels {tuple(y_true.shape)}, predictions {tuple(y_pred.shape)}"
            )
        columns = (int(y_pred.shape[-1]),)
        self.squared_sum = self.add_variable(columns, name="squared_sum")
        self.sum = self.add_variable(columns, name="sum")
        self.total_mse = self.add_variable(columns, name="residual")
        self.count = self.add_variable(columns, name="count")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: numbers of shape (batch, columns).
            y_pred: numbers of the same shape.
            sample_weight: a weight per sample, or per number; or None.
        """
        y_true, y_pred = squeeze_or_expand_to_same_rank(*pair_of(y_true, y_pred, self._torch_dtype))
        self.prepare(y_true, y_pred)
        errors = (y_true - y_pred).square()
        self.num_samples.add_(y_true.numel())
        if sample_weight is None:
            weighted = y_true
            self.count.add_(y_true.shape[0])
        else:
            weight = weights_beside(sample_weight, y_true, self._torch_dtype)
            weight = (weight.unsqueeze(1) if weight.dim() == 1 else weight).expand(y_true.shape)
            weighted, errors = y_true * weight, errors * weight
            self.count.add_(weight.sum(0))
        self.sum.add_(weighted.sum(0))
        self.squared_sum.add_((y_true * weighted).sum(0))
        self.total_mse.add_(errors.sum(0))

    def result(self) -> torch.Tensor:
        """The score."""
        total = self.squared_sum - self.sum.square() / self.count
        scores = 1 - self.total_mse / total
        scores = scores.masked_fill(scores.isinf(), 0.0)
        if self.class_aggregation == "uniform_average":
            scores = scores.mean()
        elif self.class_aggregation == "variance_weighted_average":
            scores = (total * scores).sum() / total.sum()
        if not self.num_regressors:
            return scores
        left = self.num_samples - self.num_regressors - 1
        adjusted = 1 - (1 - scores) * (self.num_samples - 1) / left
        return torch.where(left > 0, adjusted, scores)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        own = {"class_aggregation": self.class_aggregation, "num_regressors": self.num_regressors}
        return {**super().get_config(), **own}
