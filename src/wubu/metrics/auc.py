"""The area under a curve of rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import settings
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError, did_you_mean
from wubu.metrics.arithmetic import divide_no_nan
from wubu.metrics.base import Metric
from wubu.metrics.counting import KINDS, Thresholds, count, evenly_between

_CURVES = ("ROC", "PR", "PRGAIN")
_METHODS = ("interpolation", "majoring", "minoring")


class AUC(Metric):
    """The area under the ROC curve (true over false positive rate) or a precision-recall curve, by a Riemann sum.

    Args:
        num_thresholds: at how many evenly spaced thresholds the curve is known.
        curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``.
        summation_method: ``"interpolation"`` (for PR that of Davis and Goadrich, else the mean of both sides),
            ``"majoring"`` (the higher side) or ``"minoring"`` (the lower).
        name: of the metric.
        dtype: the type to compute in, default floatx.
        thresholds: thresholds between 0 and 1 in place of evenly spaced ones.
        multi_label: whether each column has a curve of its own; the area is then their mean.
        num_labels: how many columns; default: seen in the first batch.
        label_weights: a weight per column.
        from_logits: whether predictions are logits, which go through a sigmoid.

    Raises:
        ArgumentError: for an unknown curve or method, or too few thresholds.
        ShapeError: for ``multi_label`` with data that are not of shape (batch, labels).

    Example:
        >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.75

    Paper: Davis and Goadrich, "The Relationship Between Precision-Recall and ROC Curves" (2006).
    """

    _direction = "up"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.curve = _choose("curve", curve, _CURVES)
        self.summation_method = _choose("summation_method", summation_method, _METHODS)
        if thresholds is None and num_thresholds <= 1:
            raise ArgumentError(f"Expected num_thresholds to be above 1. Received: {num_thresholds}")
        if num_labels and not multi_label:
            raise ArgumentError(f"num_labels is for multi_label=True. Received: num_labels={num_labels}")
        self._given_thresholds = thresholds is not None
        if thresholds is None:
            inner = evenly_between(num_thresholds)
        else:
            inner = sorted(thresholds)
        self.num_thresholds = len(inner) + 2
        epsilon = settings.epsilon()
        even = True if thresholds is None else Thresholds([0.0, *inner, 1.0]).evenly
        # The outermost thresholds let every prediction through, and none.
        self._thresholds = Thresholds([0.0 - epsilon, *inner, 1.0 + epsilon], evenly=even)
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = None if label_weights is None else as_tensor(label_weights, self._torch_dtype)
        self._from_logits = from_logits
        self._built = False
        if not multi_label:
            self._make_counts(())
        elif num_labels:
            self._make_counts((num_labels,))

    @property
    def thresholds(self) -> list[float]:
        """The thresholds in use, the outermost included."""
        return self._thresholds.values

    def _make_counts(self, labels: tuple[int, ...]) -> None:
        shape = (self.num_thresholds, *labels)
        self.true_positives = self.add_variable(shape, name="true_positives")
        self.false_positives = self.add_variable(shape, name="false_positives")
        self.true_negatives = self.add_variable(shape, name="true_negatives")
        self.false_negatives = self.add_variable(shape, name="false_negatives")
        self._built = True

    def prepare(self, y_true: Any, y_pred: Any) -> None:
        """Make the counts, one column for each label."""
        if self._built:
            return
        if len(y_pred.shape) != 2:
            raise ShapeError(
                "AUC with multi_label=True expects predictions of shape (batch, labels). "
                f"Received: {tuple(y_pred.shape)}"
            )
        self._make_counts((int(y_pred.shape[1]),))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: labels 0 and 1.
            y_pred: probabilities, or logits, of the same shape.
            sample_weight: a weight per sample, or None.
        """
        y_pred = as_tensor(y_pred)
        self.prepare(y_true, y_pred)
        if self._from_logits:
            y_pred = torch.sigmoid(y_pred)
        columns = None if self.multi_label else self.label_weights
        counts = {kind: getattr(self, kind) for kind in KINDS}
        count(
            counts, y_true, y_pred, self._thresholds, sample_weight, label_weights=columns, multi_label=self.multi_label
        )

    def result(self) -> torch.Tensor:
        """The area."""
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._over_labels(self._interpolated_pr_parts())
        x, y = self._curve()
        # Thresholds rise, so x falls.
        if self.summation_method == "interpolation":
            heights = (y[:-1] + y[1:]) / 2
        elif self.summation_method == "minoring":
            heights = torch.minimum(y[:-1], y[1:])
        else:
            heights = torch.maximum(y[:-1], y[1:])
        return self._over_labels((x[:-1] - x[1:]) * heights)

    def _curve(self) -> tuple[torch.Tensor, torch.Tensor]:
        tp, fp, tn, fn = (getattr(self, kind) for kind in KINDS)
        recall = divide_no_nan(tp, tp + fn)
        if self.curve == "ROC":
            return divide_no_nan(fp, fp + tn), recall
        if self.curve == "PR":
            return recall, divide_no_nan(tp, tp + fp)
        odds = divide_no_nan(tp + fn, tn + fp)
        recall_gain = torch.where(tp == 0, 0.0, 1 - odds * divide_no_nan(fn, tp)).clamp_min(0.0)
        return recall_gain, torch.where(tp == 0, 1.0, 1 - odds * divide_no_nan(fp, tp))

    def _interpolated_pr_parts(self) -> torch.Tensor:
        """Between two thresholds precision is not linear: true positives are taken to rise with all positives."""
        tp, fn = self.true_positives, self.false_negatives
        positives = tp + self.false_positives
        risen = tp[:-1] - tp[1:]
        slope = divide_no_nan(risen, (positives[:-1] - positives[1:]).clamp_min(0.0))
        start = tp[1:] - slope * positives[1:]
        both = (positives[:-1] > 0) & (positives[1:] > 0)
        ratio = torch.where(both, divide_no_nan(positives[:-1], positives[1:].clamp_min(0.0)), 1.0)
        return divide_no_nan(slope * (risen + start * ratio.log()), (tp[1:] + fn[1:]).clamp_min(0.0))

    def _over_labels(self, parts: torch.Tensor) -> torch.Tensor:
        if not self.multi_label:
            return parts.sum()
        areas = parts.sum(0)
        if self.label_weights is None:
            return areas.mean()
        weights = self.label_weights.to(areas.device)
        return divide_no_nan((areas * weights).sum(), weights.sum())

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": None if self.label_weights is None else self.label_weights.tolist(),
            "from_logits": self._from_logits,
        }
        if self._given_thresholds:
            config["thresholds"] = self.thresholds[1:-1]
        return config


def _choose(argument: str, value: Any, known: Sequence[str]) -> str:
    value = getattr(value, "value", value)  # an enumeration's member, in tf.keras
    for name in known:
        if str(value).lower() == name.lower():
            return name
    raise ArgumentError(
        f"Expected {argument} to be one of {known}. Received: {value!r}.{did_you_mean(str(value), known)}"
    )
