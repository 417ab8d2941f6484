"""Cross-entropies that give less weight to what is already right (Lin et al., 2018)."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.losses.alignment import as_pair
from wubu.losses.binary_entropy import binary_entropies
from wubu.losses.categorical_entropy import check_axis, smooth_labels, warn_of_one_class
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss


@targets("binary")
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> torch.Tensor:
    """``mean((1 - p)^gamma * binary cross-entropy)`` over an axis, with p the probability of the true label.

    Args:
        y_true: labels 0 and 1 of shape (…, n).
        y_pred: probabilities, or logits, of the same shape.
        apply_class_balancing: whether to weigh label 1 by alpha and label 0 by 1 - alpha.
        alpha: the weight of label 1.
        gamma: how strongly what is right is played down; 0 gives the cross-entropy.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how far labels are moved towards one half.
        axis: the axis of the mean.

    Returns:
        A tensor without that axis.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    probabilities = torch.sigmoid(y_pred) if from_logits else y_pred
    right = y_true * probabilities + (1 - y_true) * (1 - probabilities)
    values = torch.pow(1.0 - right, gamma) * binary_entropies(y_true, probabilities)
    if apply_class_balancing:
        values = (y_true * alpha + (1 - y_true) * (1 - alpha)) * values
    return torch.mean(values, dim=axis)


@targets("one_hot")
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> torch.Tensor:
    """``-alpha * sum((1 - y_pred)^gamma * y_true * log(y_pred))`` over the classes.

    Args:
        y_true: one-hot labels of shape (…, classes).
        y_pred: probabilities, or logits, of the same shape.
        alpha: a weight for all classes, or one for each.
        gamma: how strongly what is right is played down; 0 gives the cross-entropy.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how much of a label is spread evenly over the classes.
        axis: the axis of the classes.

    Returns:
        A tensor without that axis.
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    check_axis(axis)
    warn_of_one_class("categorical_focal_crossentropy", y_pred)
    y_true = smooth_labels(y_true, label_smoothing)
    if from_logits:
        y_pred = torch.softmax(y_pred, dim=axis)
    epsilon = settings.epsilon()
    y_pred = y_pred / torch.sum(y_pred, dim=axis, keepdim=True)
    y_pred = torch.clamp(y_pred, epsilon, 1.0 - epsilon)
    weight = as_pair(alpha, y_pred)[0] if not isinstance(alpha, int | float) else alpha
    entropies = -y_true * torch.log(y_pred)
    return torch.sum(torch.pow(1.0 - y_pred, gamma) * weight * entropies, dim=axis)


class BinaryFocalCrossentropy(NamedLoss):
    """A binary cross-entropy that plays down what is already right; see ``binary_focal_crossentropy``.

    Args:
        apply_class_balancing: whether to weigh label 1 by alpha and label 0 by 1 - alpha.
        alpha: the weight of label 1.
        gamma: how strongly what is right is played down.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how far labels are moved towards one half.
        axis: the axis of the mean.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction,
            name,
            dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(NamedLoss):
    """A categorical cross-entropy that plays down what is already right; see
    ``categorical_focal_crossentropy``.

    Args:
        alpha: a weight for all classes, or one for each.
        gamma: how strongly what is right is played down.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how much of a label is spread evenly over the classes.
        axis: the axis of the classes.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
