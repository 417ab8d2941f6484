"""The best of one rate while another is at least so high."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.metrics.arithmetic import divide_no_nan
from wubu.metrics.base import Metric
from wubu.metrics.counting import KINDS, Thresholds, count, evenly_between


class OperatingPoint(Metric):
    """Base: the four counts at evenly spaced thresholds."""

    _direction = "up"

    def __init__(
        self,
        argument: str,
        value: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if not 0 <= value <= 1:
            raise ArgumentError(f"Expected {argument} to be from 0 to 1. Received: {argument}={value}")
        if num_thresholds <= 0:
            raise ArgumentError(f"Expected num_thresholds to be above 0. Received: {num_thresholds}")
        self.value = value
        self.num_thresholds = num_thresholds
        self.class_id = class_id
        self._argument = argument
        setattr(self, argument, value)
        if num_thresholds == 1:
            self._thresholds = Thresholds([0.5])
        else:
            inner = evenly_between(num_thresholds)
            self._thresholds = Thresholds([0.0, *inner, 1.0], evenly=True)
        shape = (len(self._thresholds),)
        self.true_positives = self.add_variable(shape, name="true_positives")
        self.false_positives = self.add_variable(shape, name="false_positives")
        self.true_negatives = self.add_variable(shape, name="true_negatives")
        self.false_negatives = self.add_variable(shape, name="false_negatives")

    @property
    def thresholds(self) -> list[float]:
        """The thresholds in use."""
        return self._thresholds.values

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: labels 0 and 1.
            y_pred: probabilities of the same shape.
            sample_weight: a weight per sample, or None.
        """
        counts = {kind: getattr(self, kind) for kind in KINDS}
        count(counts, y_true, y_pred, self._thresholds, sample_weight, class_id=self.class_id)

    def _best(self, rates: torch.Tensor, constrained: torch.Tensor) -> torch.Tensor:
        """The largest rate where the constrained one is high enough; 0 where it never is."""
        return torch.where(constrained >= self.value, rates, 0.0).amax()

    def _sensitivities(self) -> torch.Tensor:
        return divide_no_nan(self.true_positives, self.true_positives + self.false_negatives)

    def _specificities(self) -> torch.Tensor:
        return divide_no_nan(self.true_negatives, self.true_negatives + self.false_positives)

    def _precisions(self) -> torch.Tensor:
        return divide_no_nan(self.true_positives, self.true_positives + self.false_positives)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        own = {"num_thresholds": self.num_thresholds, self._argument: self.value, "class_id": self.class_id}
        return {**super().get_config(), **own}


class SensitivityAtSpecificity(OperatingPoint):
    """The best ``tp / (tp + fn)`` where ``tn / (tn + fp)`` is at least ``specificity``.

    Args:
        specificity: from 0 to 1.
        num_thresholds: how many evenly spaced thresholds are tried.
        class_id: only this column counts.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
        0.5
    """

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__("specificity", specificity, num_thresholds, class_id, name, dtype)

    def result(self) -> torch.Tensor:
        """The best sensitivity."""
        return self._best(self._sensitivities(), self._specificities())


class SpecificityAtSensitivity(OperatingPoint):
    """The best ``tn / (tn + fp)`` where ``tp / (tp + fn)`` is at least ``sensitivity``.

    Args:
        sensitivity: from 0 to 1.
        num_thresholds: how many evenly spaced thresholds are tried.
        class_id: only this column counts.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])), 4)
        0.6667
    """

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__("sensitivity", sensitivity, num_thresholds, class_id, name, dtype)

    def result(self) -> torch.Tensor:
        """The best specificity."""
        return self._best(self._specificities(), self._sensitivities())


class PrecisionAtRecall(OperatingPoint):
    """The best ``tp / (tp + fp)`` where ``tp / (tp + fn)`` is at least ``recall``.

    Args:
        recall: from 0 to 1.
        num_thresholds: how many evenly spaced thresholds are tried.
        class_id: only this column counts.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
        0.5
    """

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__("recall", recall, num_thresholds, class_id, name, dtype)

    def result(self) -> torch.Tensor:
        """The best precision."""
        return self._best(self._precisions(), self._sensitivities())


class RecallAtPrecision(OperatingPoint):
    """The best ``tp / (tp + fn)`` where ``tp / (tp + fp)`` is at least ``precision``.

    Args:
        precision: from 0 to 1.
        num_thresholds: how many evenly spaced thresholds are tried.
        class_id: only this column counts.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.5
    """

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__("precision", precision, num_thresholds, class_id, name, dtype)

    def result(self) -> torch.Tensor:
        """The best recall."""
        return self._best(self._sensitivities(), self._precisions())
