"""Activations that pull values towards zero."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor


def soft_shrink(x: Any, threshold: float = 0.5) -> torch.Tensor:
    """``x - threshold`` above the threshold, ``x + threshold`` below minus the threshold, else 0.

    Args:
        x: a tensor of any shape.
        threshold: how far towards zero.
    """
    return F.softshrink(as_tensor(x), threshold)


def hard_shrink(x: Any, threshold: float = 0.5) -> torch.Tensor:
    """``x`` where ``|x| > threshold``, else 0.

    Args:
        x: a tensor of any shape.
        threshold: the size up to which values count as nothing.
    """
    return F.hardshrink(as_tensor(x), threshold)


def tanh_shrink(x: Any) -> torch.Tensor:
    """``x - tanh(x)``."""
    return F.tanhshrink(as_tensor(x))
