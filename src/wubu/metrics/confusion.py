"""Counts of right and wrong decisions, and precision and recall."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from wubu.metrics.arithmetic import divide_no_nan
from wubu.metrics.base import Metric
from wubu.metrics.counting import LOWEST, count, parse_thresholds


class ConfusionCount(Metric):
    """Base of the four counts."""

    _kind: ClassVar[str] = ""

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self._thresholds = parse_thresholds(thresholds)
        self.accumulator = self.add_variable((len(self._thresholds),), name="accumulator")

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
        count({self._kind: self.accumulator}, y_true, y_pred, self._thresholds, sample_weight)

    def result(self) -> torch.Tensor:
        """The count, or a count for each threshold."""
        return (self.accumulator[0] if len(self._thresholds) == 1 else self.accumulator).clone()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


class TruePositives(ConfusionCount):
    """How many predictions above the threshold have the label 1.

    Args:
        thresholds: a number or a list of numbers from 0 to 1; default 0.5.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(TruePositives()([0, 1, 1, 1], [1, 0, 1, 1]))
        2.0
    """

    _kind = "true_positives"


class FalsePositives(ConfusionCount):
    """How many predictions above the threshold have the label 0.

    Args:
        thresholds: a number or a list of numbers from 0 to 1; default 0.5.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1]))
        2.0
    """

    _kind = "false_positives"


class TrueNegatives(ConfusionCount):
    """How many predictions not above the threshold have the label 0.

    Args:
        thresholds: a number or a list of numbers from 0 to 1; default 0.5.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(TrueNegatives()([0, 1, 0, 0], [1, 1, 0, 0]))
        2.0
    """

    _kind = "true_negatives"


class FalseNegatives(ConfusionCount):
    """How many predictions not above the threshold have the label 1.

    Args:
        thresholds: a number or a list of numbers from 0 to 1; default 0.5.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> float(FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0]))
        2.0
    """

    _kind = "false_negatives"


class _Rate(Metric):
    """True positives over true positives and a kind of error."""

    _direction = "up"
    _error: ClassVar[str] = ""

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self._thresholds = parse_thresholds(thresholds, 0.5 if top_k is None else LOWEST)
        self.true_positives = self.add_variable((len(self._thresholds),), name="true_positives")
        setattr(self, self._error, self.add_variable((len(self._thresholds),), name=self._error))

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
        counts = {"true_positives": self.true_positives, self._error: getattr(self, self._error)}
        count(counts, y_true, y_pred, self._thresholds, sample_weight, self.top_k, self.class_id)

    def result(self) -> torch.Tensor:
        """The rate, or a rate for each threshold."""
        rates = divide_no_nan(self.true_positives, self.true_positives + getattr(self, self._error))
        return rates[0] if len(self._thresholds) == 1 else rates

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        own = {"thresholds": self.init_thresholds, "top_k": self.top_k, "class_id": self.class_id}
        return {**super().get_config(), **own}


class Precision(_Rate):
    """``true positives / (true positives + false positives)``: how many of those found are right; 0 when none is found.

    Args:
        thresholds: predictions above it count as found: a number or a list of numbers from 0 to 1; default 0.5, or
            with ``top_k`` none.
        top_k: only the k largest predictions of a row can be found.
        class_id: only this column counts.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(Precision()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
        0.6667
    """

    _error = "false_positives"


class Recall(_Rate):
    """``true positives / (true positives + false negatives)``: how many of those to find are found; 0 when there are none.

    Args:
        thresholds: predictions above it count as found: a number or a list of numbers from 0 to 1; default 0.5, or
            with ``top_k`` none.
        top_k: only the k largest predictions of a row can be found.
        class_id: only this column counts.
        name: of the metric.
        dtype: the type to compute in, default floatx.

    Example:
        >>> round(float(Recall()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
        0.6667
    """

    _error = "false_negatives"
