"""Intersection over union: how well regions of classes cover each other."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import settings
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.losses.alignment import beside
from wubu.metrics.arithmetic import index_of_largest
from wubu.metrics.base import Metric


class IoU(Metric):
    """``true positives / (true positives + false positives + false negatives)``, the mean over some classes.

    Args:
        num_classes: how many classes there are.
        target_class_ids: the classes that count.
        name: of the metric.
        dtype: the type of the counts; default int32, which cuts off fractions of weights.
        ignore_class: labels of this value do not count.
        sparse_y_true: whether labels are class indices, not one-hot.
        sparse_y_pred: whether predictions are class indices, not scores.
        axis: the axis of the classes of one-hot labels and scores.

    Raises:
        ArgumentError: for a target that is not a class.

    Example:
        >>> round(float(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype=dtype or "int")
        self.target_class_ids = list(target_class_ids)
        if max(self.target_class_ids) >= num_classes:
            raise ArgumentError(
                f"Expected target_class_ids below num_classes={num_classes}. Received: {self.target_class_ids}"
            )
        self.num_classes = num_classes
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable((num_classes, num_classes), dtype=self.dtype, name="total_confusion_matrix")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to the confusion matrix (rows: labels, columns: predictions).

        Args:
            y_true: labels; those outside the classes do not count.
            y_pred: predictions of the same number.
            sample_weight: weights of the same number, or one that fits all; or None.
        """
        y_pred = as_tensor(y_pred)
        y_true = beside(y_true, y_pred)
        true = (y_true if self.sparse_y_true else index_of_largest(y_true, self.axis)).reshape(-1).long()
        pred = (y_pred if self.sparse_y_pred else index_of_largest(y_pred, self.axis)).reshape(-1).long()
        counts = (true >= 0) & (true < self.num_classes) & (pred >= 0) & (pred < self.num_classes)
        if self.ignore_class is not None:
            counts = counts & (true != self.ignore_class)
        weight = counts.to(self._torch_dtype)
        if sample_weight is not None:
            weight = weight * self._weights(sample_weight, true)
        cell = torch.where(counts, true * self.num_classes + pred, 0)
        self.total_cm.view(-1).scatter_add_(0, cell, weight)

    def _weights(self, sample_weight: Any, labels: torch.Tensor) -> torch.Tensor:
        weight = beside(sample_weight, labels)
        if weight.is_floating_point() and not self._torch_dtype.is_floating_point:
            warnings.warn(
                f"sample_weight is of type {weight.dtype}, the metric counts in {self.dtype}, which cuts off fractions. "
                "Try: dtype='float32' for the metric",
                stacklevel=4,
            )
        weight = weight.to(self._torch_dtype)
        return (weight.reshape(-1) if weight.dim() > 1 else weight).expand(labels.shape)

    def result(self) -> torch.Tensor:
        """The mean over the target classes that occur."""
        matrix = self.total_cm.float()
        right = matrix.diagonal()
        union = matrix.sum(0) + matrix.sum(1) - right
        if self.target_class_ids != list(range(self.num_classes)):
            chosen = torch.tensor(self.target_class_ids, device=matrix.device)
            right, union = right[chosen], union[chosen]
        occurs, epsilon = union > 1e-9, settings.epsilon()
        return torch.where(occurs, right / (union + epsilon), 0.0).sum() / (occurs.sum() + epsilon)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


class BinaryIoU(IoU):
    """``IoU`` of the classes 0 and 1, from probabilities.

    Args:
        target_class_ids: the classes that count.
        threshold: predictions from it upwards count as 1.
        name: of the metric.
        dtype: the type of the counts; default int32.

    Example:
        >>> round(float(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
        0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: labels 0 and 1.
            y_pred: probabilities.
            sample_weight: weights of the same number, or None.
        """
        super().update_state(y_true, as_tensor(y_pred) >= self.threshold, sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        config = {"target_class_ids": self.target_class_ids, "threshold": self.threshold}
        return {**config, "name": self.name, "dtype": self.dtype}


class MeanIoU(IoU):
    """``IoU`` of all classes.

    Args:
        num_classes: how many classes there are.
        name: of the metric.
        dtype: the type of the counts; default int32.
        ignore_class: labels of this value do not count.
        sparse_y_true: whether labels are class indices, not one-hot.
        sparse_y_pred: whether predictions are class indices, not scores.
        axis: the axis of the classes of one-hot labels and scores.

    Example:
        >>> round(float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        return _without(super().get_config(), "target_class_ids")


class OneHotIoU(IoU):
    """``IoU`` of one-hot labels and scores.

    Args:
        num_classes: how many classes there are.
        target_class_ids: the classes that count.
        name: of the metric.
        dtype: the type of the counts; default int32.
        ignore_class: labels of this class do not count.
        sparse_y_pred: whether predictions are class indices, not scores.
        axis: the axis of the classes.

    Example:
        >>> metric = OneHotIoU(num_classes=2, target_class_ids=[1])
        >>> round(float(metric([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])), 4)
        1.0
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        return _without(super().get_config(), "sparse_y_true")


class OneHotMeanIoU(MeanIoU):
    """``IoU`` of all classes, of one-hot labels and scores.

    Args:
        num_classes: how many classes there are.
        name: of the metric.
        dtype: the type of the counts; default int32.
        ignore_class: labels of this class do not count.
        sparse_y_pred: whether predictions are class indices, not scores.
        axis: the axis of the classes.

    Example:
        >>> round(float(OneHotMeanIoU(num_classes=2)([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])), 4)
        1.0
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        return _without(super().get_config(), "sparse_y_true")


def _without(config: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != name}
