"""The cross-entropy of yes-or-no labels."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core import settings
from wubu.errors import ShapeError
from wubu.losses.alignment import as_pair
from wubu.losses.logits import logits_behind
from wubu.losses.traits import mean_of, targets
from wubu.losses.wrapper import NamedLoss


@targets("binary")
def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> torch.Tensor:
    """``-mean(y_true * log(y_pred) + (1 - y_true) * log(1 - y_pred))`` over an axis.

    Predictions that are the output of ``sigmoid`` itself are computed from its logits; other probabilities
    are kept away from 0 and 1 by epsilon.

    Args:
        y_true: labels 0 and 1, or probabilities, of shape (…, n).
        y_pred: probabilities, or logits, of the same shape.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how far labels are moved towards one half.
        axis: the axis of the mean.

    Returns:
        A tensor without that axis.

    Example:
        >>> binary_crossentropy([[1.0]], [[0.5]])
        tensor([0.6931])
    """
    y_true, y_pred = as_pair(y_true, y_pred)
    return torch.mean(binary_entropies(y_true, y_pred, from_logits, label_smoothing), dim=axis)


@mean_of(binary_crossentropy)
def _mean(
    y_true: torch.Tensor,
    y_pred: torch.Tensor,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> torch.Tensor:
    return binary_entropies(y_true, y_pred, from_logits, label_smoothing, "mean")


def binary_entropies(
    y_true: torch.Tensor,
    y_pred: torch.Tensor,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    reduction: str = "none",
) -> torch.Tensor:
    """The cross-entropy of every single label, or their mean.

    Args:
        y_true: labels.
        y_pred: probabilities, or logits, of the same shape.
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how far labels are moved towards one half.
        reduction: ``"none"`` or ``"mean"``.
    """
    if y_true.shape != y_pred.shape:
        raise ShapeError(
            "binary_crossentropy expected labels of the predictions' shape. "
            f"Received: labels {tuple(y_true.shape)}, predictions {tuple(y_pred.shape)}. "
            "Try: one output unit for each column of labels"
        )
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    logits = logits_behind(y_pred, "sigmoid", from_logits)
    if logits is not None:
        return F.binary_cross_entropy_with_logits(logits, y_true, reduction=reduction)
    epsilon = settings.epsilon()
    return F.binary_cross_entropy(torch.clamp(y_pred, epsilon, 1.0 - epsilon), y_true, reduction=reduction)


class BinaryCrossentropy(NamedLoss):
    """The cross-entropy of labels 0 and 1; see ``binary_crossentropy``.

    Args:
        from_logits: whether the predictions are logits.
        label_smoothing: from 0 to 1, how far labels are moved towards one half.
        axis: the axis of the mean.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.

    Example:
        >>> BinaryCrossentropy(from_logits=True)([[1.0]], [[0.0]])
        tensor(0.6931)
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
