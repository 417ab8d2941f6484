"""Probabilities on their way back to the logits they came from.

``activations.softmax`` and ``activations.sigmoid`` leave their input on their output. A cross-entropy that
receives that very tensor is computed from the logits, as in tf.keras: exact where a probability has rounded
to 0 or 1, and in fewer operations.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch

from wubu.core import settings


def logits_behind(y_pred: Any, function: str, from_logits: bool, axis: int | None = None) -> Any:
    """Return the logits to compute a cross-entropy from, or None when there are only probabilities.

    Args:
        y_pred: the predictions.
        function: what turns logits into these predictions: ``"softmax"`` or ``"sigmoid"``.
        from_logits: whether the user says that the predictions are logits.
        axis: the axis of the softmax.
    """
    remembered = getattr(y_pred, "_keras_logits", None)
    if remembered is not None and _same(y_pred, function, axis):
        if from_logits:
            warnings.warn(
                f"from_logits=True, but the predictions are probabilities: they come from a {function} activation. "
                f"The loss is computed from the logits before it. Try: from_logits=False",
                stacklevel=4,
            )
        return remembered.to(y_pred.dtype)
    return y_pred if from_logits else None


def _same(y_pred: Any, function: str, axis: int | None) -> bool:
    """Whether the remembered logits became these predictions in the way that the loss assumes."""
    # A sigmoid's output in a categorical loss is a set of scores to normalise, not a softmax's output.
    found = getattr(y_pred, "_keras_logits_of", None)
    if found is None:
        return True
    if found[0] != function:
        return False
    rank = len(y_pred.shape)
    return found[1] is None or axis is None or found[1] % rank == axis % rank


def carry_logits(source: Any, target: Any) -> Any:
    """Let predictions that were cast, or changed by a last axis of size 1, keep their logits; return them."""
    remembered = getattr(source, "_keras_logits", None)
    if remembered is None or source is target or not isinstance(target, torch.Tensor):
        return target
    made_by = getattr(source, "_keras_logits_of", None)
    if target.shape != remembered.shape:
        if made_by is None or made_by[0] != "sigmoid":
            return target
        remembered = remembered.reshape(target.shape)
    target._keras_logits = remembered  # type: ignore[attr-defined]
    target._keras_logits_of = made_by  # type: ignore[attr-defined]
    return target


def log_probabilities(y_pred: torch.Tensor, from_logits: bool, axis: int) -> torch.Tensor:
    """The logarithms of class probabilities.

    Args:
        y_pred: logits, or probabilities, which are normalised and kept away from 0 and 1 by epsilon.
        from_logits: whether they are logits.
        axis: the axis of the classes.

    Returns:
        A tensor of the same shape.
    """
    logits = logits_behind(y_pred, "softmax", from_logits, axis)
    if logits is not None:
        return torch.log_softmax(logits, dim=axis)
    epsilon = settings.epsilon()
    y_pred = y_pred / torch.sum(y_pred, dim=axis, keepdim=True)
    return torch.log(torch.clamp(y_pred, epsilon, 1.0 - epsilon))
