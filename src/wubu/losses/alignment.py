"""Bringing labels and predictions into the same form before they are compared."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.losses.logits import carry_logits


def as_pair(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Return labels and predictions as tensors of the predictions' float type, on the predictions' device."""
    y_pred = as_predictions(y_pred)
    return beside(y_true, y_pred, y_pred.dtype), y_pred


def as_predictions(y_pred: Any) -> Any:
    """Return predictions as a tensor of floats."""
    y_pred = as_tensor(y_pred)
    if isinstance(y_pred, torch.Tensor) and not y_pred.is_floating_point():
        return y_pred.to(torch_dtype(settings.floatx()))
    return y_pred


def beside(y_true: Any, y_pred: Any, dtype: Any = None) -> Any:
    """Return labels as a tensor on the predictions' device."""
    if not isinstance(y_pred, torch.Tensor):
        return as_tensor(y_true, dtype)
    y_true = as_tensor(y_true, dtype, y_pred.device)
    return y_true if y_true.device == y_pred.device else y_true.to(y_pred.device)


def squeeze_or_expand_to_same_rank(x1: Any, x2: Any, expand_rank_1: bool = True) -> tuple[Any, Any]:
    """Drop or add a last axis of size 1 where two tensors differ in nothing else.

    A tensor of one axis beside one of two gains an axis; otherwise the longer one loses its last axis.

    Args:
        x1: a tensor.
        x2: another.
        expand_rank_1: whether a tensor of one axis may gain one.

    Returns:
        Both tensors, of the same number of axes where that was possible.

    Example:
        >>> a, b = squeeze_or_expand_to_same_rank(torch.zeros(8), torch.zeros(8, 1))
        >>> a.shape, b.shape
        (torch.Size([8, 1]), torch.Size([8, 1]))
    """
    rank1, rank2 = len(x1.shape), len(x2.shape)
    if rank1 == rank2 + 1 and x1.shape[-1] == 1:
        if rank2 == 1 and expand_rank_1:
            return x1, carry_logits(x2, x2.unsqueeze(-1))
        return x1.squeeze(-1), x2
    if rank2 == rank1 + 1 and x2.shape[-1] == 1:
        if rank1 == 1 and expand_rank_1:
            return x1.unsqueeze(-1), x2
        return x1, carry_logits(x2, x2.squeeze(-1))
    return x1, x2
