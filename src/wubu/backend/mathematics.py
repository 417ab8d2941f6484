"""Elementwise functions, comparisons and reductions, by the names and arguments of ``K``."""

from __future__ import annotations

from typing import Any

from wubu import ops
from wubu.core import settings

__all__ = [
    "abs", "all", "any", "argmax", "argmin", "clip", "cos", "cumprod", "cumsum", "equal", "exp", "greater",
    "greater_equal", "less", "less_equal", "log", "logsumexp", "max", "maximum", "mean", "min", "minimum", "not_equal",
    "pow", "prod", "round", "sign", "sin", "sqrt", "square", "std", "sum", "var",
]  # fmt: skip

Axis = int | tuple[int, ...] | list[int] | None


def abs(x: Any) -> Any:
    """The absolute values."""
    return ops.absolute(x)


def square(x: Any) -> Any:
    """The squares."""
    return ops.square(x)


def sqrt(x: Any) -> Any:
    """The square roots, 0 for numbers below 0."""
    return ops.sqrt(ops.maximum(x, 0.0))


def exp(x: Any) -> Any:
    """The powers of e."""
    return ops.exp(x)


def log(x: Any) -> Any:
    """The natural logarithms."""
    return ops.log(x)


def sin(x: Any) -> Any:
    """The sines."""
    return ops.sin(x)


def cos(x: Any) -> Any:
    """The cosines."""
    return ops.cos(x)


def sign(x: Any) -> Any:
    """-1, 0 or 1."""
    return ops.sign(x)


def round(x: Any) -> Any:
    """The nearest whole numbers, halves to even."""
    return ops.round(x)


def pow(x: Any, a: Any) -> Any:
    """The powers."""
    return ops.power(x, a)


def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """Numbers outside of a range at its ends; the upper end is never below the lower one."""
    if isinstance(min_value, int | float) and isinstance(max_value, int | float) and max_value < min_value:
        max_value = min_value
    return ops.clip(x, -float("inf") if min_value is None else min_value, float("inf") if max_value is None else max_value)


def maximum(x: Any, y: Any) -> Any:
    """The larger of each pair."""
    return ops.maximum(x, y)


def minimum(x: Any, y: Any) -> Any:
    """The smaller of each pair."""
    return ops.minimum(x, y)


def equal(x: Any, y: Any) -> Any:
    """Where the two are equal."""
    return ops.equal(x, y)


def not_equal(x: Any, y: Any) -> Any:
    """Where the two differ."""
    return ops.not_equal(x, y)


def greater(x: Any, y: Any) -> Any:
    """Where the first is larger."""
    return ops.greater(x, y)


def greater_equal(x: Any, y: Any) -> Any:
    """Where the first is not smaller."""
    return ops.greater_equal(x, y)


def less(x: Any, y: Any) -> Any:
    """Where the first is smaller."""
    return ops.less(x, y)


def less_equal(x: Any, y: Any) -> Any:
    """Where the first is not larger."""
    return ops.less_equal(x, y)


# --- along axes ---------------------------------------------------------------------------------------------------


def _axis(axis: Axis) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def _numbers(x: Any) -> Any:
    """A tensor that has a mean: True and False become 1 and 0."""
    return ops.cast(x, settings.floatx()) if ops.dtype(x) == "bool" else x


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The sum along axes, of all numbers by default."""
    return ops.sum(x, axis=_axis(axis), keepdims=keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The product along axes."""
    return ops.prod(x, axis=_axis(axis), keepdims=keepdims)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The mean along axes."""
    return ops.mean(_numbers(x), axis=_axis(axis), keepdims=keepdims)


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The variance along axes, of the whole population."""
    return ops.var(_numbers(x), axis=_axis(axis), keepdims=keepdims)


def std(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The standard deviation along axes, of the whole population."""
    return ops.std(_numbers(x), axis=_axis(axis), keepdims=keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The largest along axes."""
    return ops.max(x, axis=_axis(axis), keepdims=keepdims)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The smallest along axes."""
    return ops.min(x, axis=_axis(axis), keepdims=keepdims)


def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Whether any is not 0 along axes."""
    return ops.any(x, axis=_axis(axis), keepdims=keepdims)


def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Whether all are not 0 along axes."""
    return ops.all(x, axis=_axis(axis), keepdims=keepdims)


def argmax(x: Any, axis: int = -1) -> Any:
    """The places of the largest along an axis."""
    return ops.argmax(x, axis=axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """The places of the smallest along an axis."""
    return ops.argmin(x, axis=axis)


def cumsum(x: Any, axis: int = 0) -> Any:
    """The sums so far along an axis."""
    return ops.cumsum(x, axis=axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """The products so far along an axis."""
    return ops.cumprod(x, axis=axis)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of the powers of e along axes."""
    return ops.logsumexp(x, axis=_axis(axis), keepdims=keepdims)
