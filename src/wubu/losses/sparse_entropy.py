"""The cross-entropy of integer labels."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.errors import ShapeError
from wubu.losses.alignment import as_predictions, beside
from wubu.losses.logits import log_probabilities
from wubu.losses.traits import mean_of, targets
from wubu.losses.wrapper import NamedLoss

# What torch leaves out when it is told to leave out nothing.
_NOTHING = -100


@targets("indices")
def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> torch.Tensor:
    """``-log(y_pred[y_true])``: the cross-entropy of the class that each label names.

    Predictions that are the output of ``softmax`` itself are computed from its logits; other probabilities
    are scaled to sum to 1 and kept away from 0 and 1 by epsilon.

    Args:
        y_true: class indices of shape (…) or (…, 1).
        y_pred: probabilities, or logits, of shape (…, classes).
        from_logits: whether the predictions are logits.
        ignore_class: labels of this value cost nothing and do not count in a mean.
        axis: the axis of the classes.

    Returns:
        A tensor of shape (…).

    Raises:
        ShapeError: when the labels are not one index for each row of predictions.

    Example:
        >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]])
        tensor([0.6931])
    """
    y_pred = as_predictions(y_pred)
    labels = _indices(y_true, y_pred, axis)
    values = _pick(labels, log_probabilities(y_pred, from_logits, axis), ignore_class, axis, "none")
    if ignore_class is not None:
        values._keras_mask = torch.ne(labels, int(ignore_class))  # type: ignore[attr-defined]
    return values


@mean_of(sparse_categorical_crossentropy)
def _mean(
    y_true: torch.Tensor,
    y_pred: torch.Tensor,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> torch.Tensor:
    labels = _indices(y_true, y_pred, axis)
    logs = log_probabilities(y_pred, from_logits, axis)
    if ignore_class is None:
        return _pick(labels, logs, None, axis, "mean")
    # torch's own mean is not a number when every label is left out.
    counted = torch.clamp(torch.sum(torch.ne(labels, int(ignore_class))), min=1)
    return _pick(labels, logs, ignore_class, axis, "sum") / counted


def _indices(y_true: Any, y_pred: Any, axis: int) -> torch.Tensor:
    """Labels as indices, of the predictions' shape without the classes."""
    labels = beside(y_true, y_pred)
    rank = len(y_pred.shape)
    if rank and len(labels.shape) == rank and labels.shape[axis] == 1:
        labels = labels.squeeze(axis)
    axis = axis % rank if rank else 0
    expected = (*y_pred.shape[:axis], *y_pred.shape[axis + 1 :])
    if tuple(labels.shape) != expected or not rank:
        raise ShapeError(
            "sparse_categorical_crossentropy expected one class index for each row of predictions, "
            f"shape {expected}. Received: labels {tuple(labels.shape)}, predictions {tuple(y_pred.shape)}. "
            "Try: categorical_crossentropy for one-hot labels, or y.argmax(-1) to make indices of them"
        )
    return labels.to(torch.int64)


def _pick(
    labels: torch.Tensor, logs: torch.Tensor, ignore_class: int | None, axis: int, reduction: str
) -> torch.Tensor:
    """Minus the logarithms that the labels name; all of them, or their sum or mean."""
    left_out = _NOTHING if ignore_class is None else int(ignore_class)
    rank = logs.dim()
    if rank == 2 or None in logs.shape:
        logs = logs if axis % rank == 1 else logs.movedim(axis, 1)
        return F.nll_loss(logs, labels, ignore_index=left_out, reduction=reduction)
    if axis % rank != rank - 1:
        logs = logs.movedim(axis, -1)
    # One row of classes after the other: torch is fastest on those.
    rows = logs.reshape(-1, logs.shape[-1])
    values = F.nll_loss(rows, labels.reshape(-1), ignore_index=left_out, reduction=reduction)
    return values.reshape(labels.shape) if reduction == "none" else values


class SparseCategoricalCrossentropy(NamedLoss):
    """The cross-entropy of integer labels; see ``sparse_categorical_crossentropy``.

    Args:
        from_logits: whether the predictions are logits.
        ignore_class: labels of this value cost nothing and do not count in a mean.
        reduction: see ``Loss``.
        axis: the axis of the classes.
        name: see ``Loss``.
        dtype: see ``Loss``.

    Example:
        >>> SparseCategoricalCrossentropy(from_logits=True)([1], [[0.0, 0.0]])
        tensor(0.6931)
    """

    _unwritten = {"axis": -1}

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
