"""Activations that are straight lines or exponentials on either side of a bend."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> torch.Tensor:
    """Rectified linear unit: ``x`` where ``x > 0``, else 0 (Nair & Hinton, 2010).

    In full: ``max_value`` above ``max_value``, ``x`` from ``threshold`` to there, ``negative_slope * (x -
    threshold)`` below.

    Args:
        x: a tensor of any shape.
        negative_slope: the slope below the threshold.
        max_value: the largest value given; None for no bound.
        threshold: values up to here count as negative.

    Returns:
        A tensor of the same shape and type.

    Example:
        >>> relu([-1.0, 0.5, 9.0], max_value=6.0)
        tensor([0.0000, 0.5000, 6.0000])
    """
    x = as_tensor(x)
    if max_value is None and threshold == 0:
        return F.leaky_relu(x, negative_slope) if negative_slope else torch.relu(x)
    if threshold == 0 and max_value == 6:
        positive = F.relu6(x)
    else:
        positive = torch.relu(x) if threshold == 0 else torch.where(x > threshold, x, 0.0)
        if max_value is not None:
            positive = torch.clamp(positive, 0.0, max_value)
    if not negative_slope:
        return positive
    return positive - negative_slope * torch.relu(threshold - x)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> torch.Tensor:
    """``x`` where ``x > 0``, else ``negative_slope * x`` (Maas et al., 2013).

    Args:
        x: a tensor of any shape.
        negative_slope: the slope below zero.
    """
    return F.leaky_relu(as_tensor(x), negative_slope)


def relu6(x: Any) -> torch.Tensor:
    """``min(max(x, 0), 6)`` (Howard et al., MobileNets, 2017)."""
    return F.relu6(as_tensor(x))


def elu(x: Any, alpha: float = 1.0) -> torch.Tensor:
    """``x`` where ``x > 0``, else ``alpha * (exp(x) - 1)`` (Clevert et al., 2016).

    Args:
        x: a tensor of any shape.
        alpha: minus the limit far below zero.
    """
    return F.elu(as_tensor(x), alpha)


def celu(x: Any, alpha: float = 1.0) -> torch.Tensor:
    """``max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)``: an ELU that is smooth for every alpha (Barron,
    2017).

    Args:
        x: a tensor of any shape.
        alpha: minus the limit far below zero.
    """
    return F.celu(as_tensor(x), alpha)


def selu(x: Any) -> torch.Tensor:
    """``scale * elu(x, alpha)`` with the two constants that keep mean 0 and variance 1 (Klambauer et al.,
    2017).

    Use it with the initializer ``lecun_normal`` and with ``AlphaDropout``.
    """
    return F.selu(as_tensor(x))


def threshold(x: Any, threshold: float, default_value: float) -> torch.Tensor:
    """``x`` where ``x > threshold``, else ``default_value``.

    Args:
        x: a tensor of any shape.
        threshold: the bound.
        default_value: what stands in for everything up to the bound.
    """
    return F.threshold(as_tensor(x), threshold, default_value)


def linear(x: Any) -> Any:
    """``x`` itself."""
    return x
