"""Small formulas that several metrics share."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.losses.alignment import beside


def divide_no_nan(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """``x / y``, and 0 where y is 0."""
    return (x / y).masked_fill(y == 0, 0.0)


def pair_of(y_true: Any, y_pred: Any, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Labels and predictions as tensors of one type on the predictions' device."""
    y_pred = as_tensor(y_pred, dtype)
    return beside(y_true, y_pred, dtype), y_pred


def weights_beside(sample_weight: Any, like: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Weights as a tensor of a type, on another tensor's device."""
    return beside(sample_weight, like, dtype)


def index_of_largest(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """The place of the largest number along an axis; of Booleans, which torch does not order, that of the first True."""
    return (x.to(torch.uint8) if x.dtype is torch.bool else x).argmax(axis)
