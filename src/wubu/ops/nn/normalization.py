"""Moments, and what is scaled by them."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.tensors import as_tensor
from wubu.ops.promotion import axes_of, floating
from wubu.symbolic.function import op


@op
def moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> Any:
    """The mean and the variance along axes."""
    x = floating(x)
    wide = x.float() if x.dtype is torch.float16 else x
    variance, mean = torch.var_mean(wide, dim=axes_of(axes), correction=0, keepdim=keepdims)
    return mean.to(x.dtype), variance.to(x.dtype)


@op
def normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> torch.Tensor:
    """x divided by its norm along an axis: x / max((Σ|x|^p)^(1/p), epsilon)."""
    x = floating(x)
    small = settings.epsilon() if epsilon is None else epsilon
    if order == 2:
        total = torch.sum(torch.square(x), dim=axes_of(axis), keepdim=True)
        return x * torch.rsqrt(torch.clamp(total, min=small * small))
    length = torch.linalg.vector_norm(x, order, dim=axes_of(axis), keepdim=True)
    return x / torch.clamp(length, min=small)


def _along(value: Any, x: torch.Tensor, axis: int) -> torch.Tensor:
    shape = [1] * x.dim()
    shape[axis] = -1
    return as_tensor(value).to(x.dtype).reshape(shape)


@op
def batch_normalization(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None, epsilon: float = 1e-3
) -> torch.Tensor:
    """(x - mean) / √(variance + epsilon) · scale + offset, with vectors along an axis."""
    x = floating(x)
    factor = torch.rsqrt(_along(variance, x, axis) + epsilon)
    if scale is not None:
        factor = factor * _along(scale, x, axis)
    shift = -_along(mean, x, axis) * factor
    if offset is not None:
        shift = shift + _along(offset, x, axis)
    return x * factor + shift


@op
def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: float | None = None, **kwargs: Any
) -> torch.Tensor:
    """(x - mean) / √(variance + epsilon) · gamma + beta, with moments of each sample along axes."""
    x = floating(x)
    small = settings.epsilon() if epsilon is None else epsilon
    variance, mean = torch.var_mean(x, dim=axes_of(axis), correction=0, keepdim=True)
    made = (x - mean) * torch.rsqrt(variance + small)
    if gamma is not None:
        made = made * as_tensor(gamma).to(x.dtype)
    return made if beta is None else made + as_tensor(beta).to(x.dtype)


@op
def rms_normalization(x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None) -> torch.Tensor:
    """x / √(mean x² + epsilon) · scale, with means of each sample along axes."""
    x = floating(x)
    small = settings.epsilon() if epsilon is None else epsilon
    made = x * torch.rsqrt(torch.mean(torch.square(x), dim=axes_of(axis), keepdim=True) + small)
    return made if scale is None else made * as_tensor(scale).to(x.dtype)
