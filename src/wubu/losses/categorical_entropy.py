"""The cross-entropy of one-hot labels."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.losses.alignment import as_pair
from wubu.losses.logits import log_probabilities
from wubu.losses.traits import mean_of, targets
from wubu.losses.wrapper import NamedLoss


@targets("one_hot")
def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> torch.Tensor:
    """``-sum(y_true * log(y_pred))`` over the classes.

    Predictions that are the output of ``softmax`` itself are computed from its logits; other probabilities
    are scaled to sum to 1 and kept away from 0 and 1 by epsilon.

    Args:
        y_true: one-hot labels, or probabilities, of shape (…, classes).
        y_pred: probabilities, or logits, of the same shape.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how much of a label is spread evenly over the classes.
        axis: the axis of the classes.

    Returns:
        A tensor without that axis.

    Raises:
        ShapeError: when labels and predictions differ in shape.

    Example:
        >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        tensor([0.6931])
    """
    return -torch.sum(_weighted_logs(y_true, y_pred, from_logits, label_smoothing, axis), dim=axis)


@mean_of(categorical_crossentropy)
def _mean(
    y_true: torch.Tensor,
    y_pred: torch.Tensor,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> torch.Tensor:
    logs = _weighted_logs(y_true, y_pred, from_logits, label_smoothing, axis)
    return torch.sum(logs) * (-logs.shape[axis] / logs.numel())


def _weighted_logs(y_true: Any, y_pred: Any, from_logits: bool, label_smoothing: float, axis: int) -> torch.Tensor:
    y_true, y_pred = as_pair(y_true, y_pred)
    check_axis(axis)
    if y_true.shape != y_pred.shape:
        raise ShapeError(
            "categorical_crossentropy expected one-hot labels of the predictions' shape. "
            f"Received: labels {tuple(y_true.shape)}, predictions {tuple(y_pred.shape)}. "
            "Try: sparse_categorical_crossentropy for integer labels, or one-hot labels from "
            "wubu.utils.to_categorical(y, num_classes)"
        )
    warn_of_one_class("categorical_crossentropy", y_pred)
    y_true = smooth_labels(y_true, label_smoothing)
    return y_true * log_probabilities(y_pred, from_logits, axis)


def smooth_labels(y_true: torch.Tensor, label_smoothing: float) -> torch.Tensor:
    """One-hot labels of which a part is spread evenly over the classes of the last axis."""
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[-1]


def check_axis(axis: Any) -> None:
    """Raise when an axis is a truth value: a sign of arguments in the wrong order."""
    if isinstance(axis, bool):
        raise ArgumentError(f"Expected axis to be an integer. Received: axis={axis}")


def warn_of_one_class(loss: str, y_pred: Any) -> None:
    """Warn that the cross-entropy of a single class is always zero."""
    if y_pred.shape[-1] == 1:
        warnings.warn(
            f"{loss} expected predictions of shape (batch, classes) with more than one class. "
            f"Received: shape {tuple(y_pred.shape)}. Try: binary_crossentropy if there are two classes",
            SyntaxWarning,
            stacklevel=4,
        )


class CategoricalCrossentropy(NamedLoss):
    """The cross-entropy of one-hot labels; see ``categorical_crossentropy``.

    Args:
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how much of a label is spread evenly over the classes.
        axis: the axis of the classes.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.

    Example:
        >>> CategoricalCrossentropy(from_logits=True)([[0.0, 1.0]], [[0.0, 0.0]])
        tensor(0.6931)
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
