"""Means of precision and recall."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.errors import ArgumentError, ShapeError
from wubu.metrics.arithmetic import pair_of, weights_beside
from wubu.metrics.base import Metric

_AVERAGES = (None, "micro", "macro", "weighted")


class FBetaScore(Metric):
    """``(1 + beta²) * precision * recall / (beta² * precision + recall)``, class by class.

    Args:
        average: None gives a score per class; ``"micro"`` counts all classes together, ``"macro"`` is the classes'
            mean, ``"weighted"`` their mean weighted by how often they occur.
        beta: how much more recall counts than precision.
        threshold: predictions above it count as 1; None: in each row the largest does.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Raises:
        ArgumentError: for an unknown average, or a number outside its range.
        ShapeError: for data that are not of shape (batch, classes).

    Example:
        >>> metric = FBetaScore(beta=2.0, threshold=0.5)
        >>> metric([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]])
        tensor([0.3846, 0.9091, 0.8333])
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if average not in _AVERAGES:
            raise ArgumentError(f"Expected average to be one of {_AVERAGES}. Received: {average!r}")
        if not isinstance(beta, int | float) or beta <= 0:
            raise ArgumentError(f"Expected beta to be a number above 0. Received: {beta!r}")
        if threshold is not None and not (isinstance(threshold, int | float) and 0 < threshold <= 1):
            raise ArgumentError(f"Expected threshold to be above 0 and at most 1, or None. Received: {threshold!r}")
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self._built = False

    def prepare(self, y_true: Any, y_pred: Any) -> None:
        """Make the counts, one for each class."""
        if self._built:
            return
        if len(y_pred.shape) != 2 or len(y_true.shape) != 2:
            raise ShapeError(
                f"{type(self).__name__} expects data of shape (batch, classes). "
                f"Received: labels {tuple(y_true.shape)}, predictions {tuple(y_pred.shape)}. "
                "Try: one-hot labels"
            )
        shape = () if self.average == "micro" else (int(y_pred.shape[-1]),)
        self.true_positives = self.add_variable(shape, dtype=self.dtype, name="true_positives")
        self.false_positives = self.add_variable(shape, dtype=self.dtype, name="false_positives")
        self.false_negatives = self.add_variable(shape, dtype=self.dtype, name="false_negatives")
        self.intermediate_weights = self.add_variable(shape, dtype=self.dtype, name="intermediate_weights")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: labels 0 and 1 of shape (batch, classes).
            y_pred: probabilities of the same shape.
            sample_weight: a weight per sample, or None.
        """
        y_true, y_pred = pair_of(y_true, y_pred, self._torch_dtype)
        self.prepare(y_true, y_pred)
        if self.threshold is None:
            # A row of zeros predicts nothing.
            positive = (y_pred >= y_pred.amax(-1, keepdim=True)) & (y_pred.abs() > 1e-9)
        else:
            positive = y_pred > self.threshold
        chosen, labels = positive.to(self._torch_dtype), y_true
        if sample_weight is not None:
            weight = weights_beside(sample_weight, y_true, self._torch_dtype).unsqueeze(1)
            chosen, labels = chosen * weight, labels * weight
        axes = (0, 1) if self.average == "micro" else (0,)
        occurring, predicted = labels.sum(axes), chosen.sum(axes)
        right = (chosen * y_true).sum(axes)
        self.true_positives.add_(right)
        self.false_positives.add_(predicted - right)
        self.false_negatives.add_(occurring - right)
        self.intermediate_weights.add_(occurring)

    def result(self) -> torch.Tensor:
        """The score, or a score for each class."""
        epsilon = settings.epsilon()
        precision = self.true_positives / (self.true_positives + self.false_positives + epsilon)
        recall = self.true_positives / (self.true_positives + self.false_negatives + epsilon)
        square = self.beta**2
        scores = precision * recall / (square * precision + recall + epsilon) * (1 + square)
        if self.average == "weighted":
            return (scores * (self.intermediate_weights / (self.intermediate_weights.sum() + epsilon))).sum()
        return scores if self.average is None else scores.mean()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        own = {"average": self.average, "beta": self.beta, "threshold": self.threshold}
        return {**super().get_config(), **own}


class F1Score(FBetaScore):
    """``2 * precision * recall / (precision + recall)``, class by class.

    Args:
        average: None gives a score per class; ``"micro"`` counts all classes together, ``"macro"`` is the classes'
            mean, ``"weighted"`` their mean weighted by how often they occur.
        threshold: predictions above it count as 1; None: in each row the largest does.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> metric = F1Score(threshold=0.5)
        >>> metric([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]])
        tensor([0.5000, 0.8000, 0.6667])
    """

    def __init__(
        self, average: str | None = None, threshold: float | None = None, name: str = "f1_score", dtype: Any = None
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        config = super().get_config()
        del config["beta"]
        return config
