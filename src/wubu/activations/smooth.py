"""Smooth relatives of the rectifier: some bend gradually, some multiply their input by a gate."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor


def softplus(x: Any) -> torch.Tensor:
    """``log(1 + exp(x))``."""
    return F.softplus(as_tensor(x))


def squareplus(x: Any, b: float = 4) -> torch.Tensor:
    """``(x + sqrt(x² + b)) / 2``: a softplus without exponentials (Barron, 2021).

    Args:
        x: a tensor of any shape.
        b: how wide the bend is; 0 gives relu.
    """
    x = as_tensor(x)
    return (x + torch.sqrt(torch.square(x) + b)) / 2


def sparse_plus(x: Any) -> torch.Tensor:
    """0 up to -1, ``(x + 1)² / 4`` up to 1, then ``x``."""
    x = as_tensor(x)
    return torch.where(x <= -1, 0.0, torch.where(x < 1, 0.25 * torch.square(x + 1), x))


def exponential(x: Any) -> torch.Tensor:
    """``exp(x)``."""
    return torch.exp(as_tensor(x))


def silu(x: Any) -> torch.Tensor:
    """``x * sigmoid(x)``, also named swish (Ramachandran et al., 2017)."""
    return F.silu(as_tensor(x))


def hard_silu(x: Any) -> torch.Tensor:
    """``x * hard_sigmoid(x)``, also named hard swish (Howard et al., MobileNetV3, 2019)."""
    return F.hardswish(as_tensor(x))


def gelu(x: Any, approximate: bool = False) -> torch.Tensor:
    """``x * P(X <= x)`` for a standard normal X (Hendrycks & Gimpel, 2016).

    Args:
        x: a tensor of any shape.
        approximate: whether to use ``x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x³)))``.
    """
    return F.gelu(as_tensor(x), approximate="tanh" if approximate else "none")


def mish(x: Any) -> torch.Tensor:
    """``x * tanh(softplus(x))`` (Misra, 2019)."""
    return F.mish(as_tensor(x))


def glu(x: Any, axis: int = -1) -> torch.Tensor:
    """``a * sigmoid(b)``, where a and b are the halves of ``x`` along an axis (Dauphin et al., 2017).

    Args:
        x: a tensor whose size along the axis is even.
        axis: the axis that is halved.

    Returns:
        A tensor of half the size along the axis.
    """
    return F.glu(as_tensor(x), dim=axis)
