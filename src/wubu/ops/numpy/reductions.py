"""Functions that make many numbers into one, along axes."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.promotion import axes_of, floating, sum_dtype
from wubu.symbolic.function import op

Axis = int | Sequence[int] | None


def _over(function: Any, x: torch.Tensor, axis: Axis, keepdims: bool) -> torch.Tensor:
    """Apply a torch reduction that takes one axis to several: they are joined into one first."""
    axes = axes_of(axis)
    if axes is None:
        axes = tuple(range(x.dim()))
    axes = tuple(sorted(a % builtins.max(x.dim(), 1) for a in axes))
    if len(axes) == 1:
        return function(x, axes[0], keepdims)
    if not axes:
        return function(x.reshape(1), 0, False) if x.dim() == 0 else x
    rest = [a for a in range(x.dim()) if a not in axes]
    joined = x.permute(*rest, *axes).flatten(len(rest))
    result = function(joined, -1, False)
    if keepdims:
        for a in axes:
            result = result.unsqueeze(a)
    return result


@op
def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The sum along axes; small whole numbers add up as int32."""
    x = as_tensor(x)
    return torch.sum(x, dim=axes_of(axis), keepdim=keepdims, dtype=sum_dtype(x))


@op
def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The mean along axes."""
    return torch.mean(floating(x), dim=axes_of(axis), keepdim=keepdims)


@op
def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> torch.Tensor:
    """The product along axes."""
    x = as_tensor(x)
    x = x.to(sum_dtype(x) if dtype is None else torch_dtype(dtype))
    return _over(lambda t, a, k: torch.prod(t, a, keepdim=k).to(x.dtype), x, axis, keepdims)


@op
def max(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> torch.Tensor:
    """The largest along axes; not less than ``initial``."""
    x = as_tensor(x)
    found = torch.amax(x, dim=axes_of(axis) or (), keepdim=keepdims) if x.numel() or initial is None else None
    if found is None:
        raise ArgumentError("The largest of no numbers is not known.")
    return found if initial is None else torch.clamp(found, min=initial)


@op
def min(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> torch.Tensor:
    """The smallest along axes; not more than ``initial``."""
    x = as_tensor(x)
    found = torch.amin(x, dim=axes_of(axis) or (), keepdim=keepdims)
    return found if initial is None else torch.clamp(found, max=initial)


@op
def amax(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The largest along axes; another name of ``max``."""
    return torch.amax(as_tensor(x), dim=axes_of(axis) or (), keepdim=keepdims)


@op
def amin(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The smallest along axes; another name of ``min``."""
    return torch.amin(as_tensor(x), dim=axes_of(axis) or (), keepdim=keepdims)


@op
def ptp(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The largest less the smallest along axes."""
    x = as_tensor(x)
    dims = axes_of(axis) or ()
    return torch.amax(x, dim=dims, keepdim=keepdims) - torch.amin(x, dim=dims, keepdim=keepdims)


@op
def all(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Whether every number along axes is nonzero."""
    x = as_tensor(x).to(torch.bool)
    return torch.all(x, dim=axes_of(axis), keepdim=keepdims) if axis is not None or keepdims else torch.all(x)


@op
def any(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Whether some number along axes is nonzero."""
    x = as_tensor(x).to(torch.bool)
    return torch.any(x, dim=axes_of(axis), keepdim=keepdims) if axis is not None or keepdims else torch.any(x)


@op
def var(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The mean squared distance from the mean along axes (divided by n, not n - 1)."""
    return torch.var(floating(x), dim=axes_of(axis), correction=0, keepdim=keepdims)


@op
def std(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The square root of ``var``."""
    return torch.std(floating(x), dim=axes_of(axis), correction=0, keepdim=keepdims)


@op
def count_nonzero(x: Any, axis: Axis = None) -> torch.Tensor:
    """How many numbers along axes are nonzero, int32."""
    x = as_tensor(x)
    dims = axes_of(axis)
    return torch.count_nonzero(x, dim=dims if dims is not None else tuple(range(x.dim()))).to(torch.int32)


@op
def average(x: Any, axis: Axis = None, weights: Any = None) -> torch.Tensor:
    """The weighted mean along axes: Σ w·x / Σ w."""
    x = floating(x)
    if weights is None:
        return torch.mean(x, dim=axes_of(axis))
    w = as_tensor(weights).to(x.dtype)
    if w.dim() != x.dim() and isinstance(axis, int):
        shape = [1] * x.dim()
        shape[axis] = w.numel()
        w = w.reshape(shape)
    w = w.expand(x.shape)
    return torch.sum(x * w, dim=axes_of(axis)) / torch.sum(w, dim=axes_of(axis))


@op
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    """Where the largest is along an axis, or in the flattened tensor; int32."""
    return torch.argmax(_countable(as_tensor(x)), dim=axis, keepdim=keepdims).to(torch.int32)


@op
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    """Where the smallest is along an axis, or in the flattened tensor; int32."""
    return torch.argmin(_countable(as_tensor(x)), dim=axis, keepdim=keepdims).to(torch.int32)


def _countable(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.uint8) if x.dtype is torch.bool else x


@op
def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> torch.Tensor:
    """Sums of all numbers up to each, along an axis or over the flattened tensor."""
    x = as_tensor(x)
    kind = _running_dtype(x) if dtype is None else torch_dtype(dtype)
    return torch.cumsum(x.flatten() if axis is None else x, dim=0 if axis is None else axis, dtype=kind)


@op
def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> torch.Tensor:
    """Products of all numbers up to each, along an axis or over the flattened tensor."""
    x = as_tensor(x)
    kind = _running_dtype(x) if dtype is None else torch_dtype(dtype)
    return torch.cumprod(x.flatten() if axis is None else x, dim=0 if axis is None else axis, dtype=kind)


def _running_dtype(x: torch.Tensor) -> torch.dtype:
    return torch.int32 if x.dtype is torch.bool else x.dtype


@op
def quantile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> torch.Tensor:
    """The value below which a fraction ``q`` of the numbers lies, along axes.

    Args:
        x: the numbers.
        q: one fraction or several, 0 to 1; several add a first axis.
        axis: the axes.
        method: between two numbers: linear, lower, higher, midpoint or nearest.
        keepdims: whether the axes stay with size 1.
    """
    return _quantile(torch.quantile, floating(x), q, axis, method, keepdims)


@op
def nanquantile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> torch.Tensor:
    """``quantile`` of what is not NaN."""
    return _quantile(torch.nanquantile, floating(x), q, axis, method, keepdims)


@op
def percentile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> torch.Tensor:
    """``quantile`` with ``q`` from 0 to 100."""
    return quantile(x, _hundredth(q), axis, method, keepdims)


@op
def nanpercentile(x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> torch.Tensor:
    """``nanquantile`` with ``q`` from 0 to 100."""
    return nanquantile(x, _hundredth(q), axis, method, keepdims)


def _hundredth(q: Any) -> Any:
    return q / 100 if isinstance(q, int | float) else floating(q) / 100


@op
def median(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """The middle number along axes; the mean of the two middle ones when their number is even."""
    x = floating(x)
    return quantile(x, 0.5, axis, "linear", keepdims).to(x.dtype)


@op
def nanmedian(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``median`` of what is not NaN."""
    x = floating(x)
    return nanquantile(x, 0.5, axis, "linear", keepdims).to(x.dtype)


def _quantile(function: Any, x: torch.Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> torch.Tensor:
    x = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    q = torch.as_tensor(q, dtype=x.dtype, device=x.device)
    axes = axes_of(axis)
    axes = tuple(range(x.dim())) if axes is None else tuple(sorted(a % x.dim() for a in axes))
    rest = [a for a in range(x.dim()) if a not in axes]
    joined = x.permute(*rest, *axes).flatten(len(rest)) if axes else x.unsqueeze(-1)
    result = function(joined, q, dim=-1, interpolation=method)
    if keepdims:
        for a in axes:
            result = result.unsqueeze(a + q.dim())
    return result


# --- what is not NaN ----------------------------------------------------------------------------------------------


@op
def nansum(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``sum`` of what is not NaN."""
    x = as_tensor(x)
    return sum(torch.nan_to_num(x, nan=0.0, posinf=float("inf"), neginf=-float("inf")), axis, keepdims)


@op
def nanmean(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``mean`` of what is not NaN."""
    return torch.nanmean(floating(x), dim=axes_of(axis), keepdim=keepdims)


@op
def nanprod(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``prod`` of what is not NaN."""
    x = as_tensor(x)
    return prod(torch.where(torch.isnan(x), torch.ones_like(x), x), axis, keepdims)


@op
def nanmax(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``max`` of what is not NaN; NaN where nothing is left."""
    x = as_tensor(x)
    if not x.is_floating_point():
        return max(x, axis, keepdims)
    return _nan_extreme(x, axis, keepdims, -float("inf"), torch.amax)


@op
def nanmin(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``min`` of what is not NaN; NaN where nothing is left."""
    x = as_tensor(x)
    if not x.is_floating_point():
        return min(x, axis, keepdims)
    return _nan_extreme(x, axis, keepdims, float("inf"), torch.amin)


def _nan_extreme(x: torch.Tensor, axis: Axis, keepdims: bool, filler: float, function: Any) -> torch.Tensor:
    missing = torch.isnan(x)
    found = function(torch.where(missing, filler, x), dim=axes_of(axis) or (), keepdim=keepdims)
    return torch.where(all(missing, axis, keepdims), float("nan"), found)


@op
def nanvar(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``var`` of what is not NaN."""
    x = floating(x)
    center = torch.nanmean(x, dim=axes_of(axis), keepdim=True)
    return torch.nanmean((x - center).square(), dim=axes_of(axis), keepdim=keepdims)


@op
def nanstd(x: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """``std`` of what is not NaN."""
    return torch.sqrt(nanvar(x, axis, keepdims))


@op
def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    """``argmax`` of what is not NaN; -1 where nothing is left."""
    x = floating(x)
    missing = torch.isnan(x)
    where = torch.argmax(torch.where(missing, -float("inf"), x), dim=axis, keepdim=keepdims)
    return torch.where(all(missing, axis, keepdims), -1, where).to(torch.int32)


@op
def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    """``argmin`` of what is not NaN; -1 where nothing is left."""
    x = floating(x)
    missing = torch.isnan(x)
    where = torch.argmin(torch.where(missing, float("inf"), x), dim=axis, keepdim=keepdims)
    return torch.where(all(missing, axis, keepdims), -1, where).to(torch.int32)


@op
def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> torch.Tensor:
    """``cumsum`` with NaN counted as 0."""
    x = as_tensor(x)
    return cumsum(torch.where(torch.isnan(x), torch.zeros_like(x), x), axis, dtype)


@op
def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> torch.Tensor:
    """``cumprod`` with NaN counted as 1."""
    x = as_tensor(x)
    return cumprod(torch.where(torch.isnan(x), torch.ones_like(x), x), axis, dtype)


@op
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> torch.Tensor:
    """The integral of y by trapezoids: Σ (y_i + y_{i+1})/2 · (x_{i+1} - x_i)."""
    y = floating(y)
    return torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y, floating(x), dim=axis)


@op
def corrcoef(x: Any) -> torch.Tensor:
    """The correlation coefficients of the rows."""
    return torch.corrcoef(floating(x))
