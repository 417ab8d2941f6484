"""Activations that run from one bound to another: sigmoids and hyperbolic tangents, smooth and piecewise."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.activations.logits import remember_logits
from wubu.core.tensors import as_tensor


def sigmoid(x: Any) -> torch.Tensor:
    """``1 / (1 + exp(-x))``.

    The result remembers ``x``, so that a binary cross-entropy of this very tensor is computed from the
    logits: exact where the probability has rounded to 0 or 1.

    Args:
        x: a tensor of any shape.
    """
    x = as_tensor(x)
    return remember_logits(torch.sigmoid(x), x, "sigmoid")


def hard_sigmoid(x: Any) -> torch.Tensor:
    """``min(max(x / 6 + 1/2, 0), 1)``."""
    return F.hardsigmoid(as_tensor(x))


def log_sigmoid(x: Any) -> torch.Tensor:
    """``-log(1 + exp(-x))``."""
    return F.logsigmoid(as_tensor(x))


def sparse_sigmoid(x: Any) -> torch.Tensor:
    """``min(max((x + 1) / 2, 0), 1)``: the derivative of ``sparse_plus``."""
    x = as_tensor(x)
    return torch.where(x <= -1, 0.0, torch.where(x >= 1, 1.0, 0.5 * (x + 1)))


def tanh(x: Any) -> torch.Tensor:
    """``(exp(x) - exp(-x)) / (exp(x) + exp(-x))``."""
    return torch.tanh(as_tensor(x))


def hard_tanh(x: Any) -> torch.Tensor:
    """``min(max(x, -1), 1)``."""
    return F.hardtanh(as_tensor(x))


def softsign(x: Any) -> torch.Tensor:
    """``x / (1 + |x|)``."""
    return F.softsign(as_tensor(x))
