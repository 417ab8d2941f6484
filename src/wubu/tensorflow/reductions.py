"""Sums, means, extremes and their places, along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.ops.math.special import logsumexp as keras_logsumexp
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import axes, convert, host_value_of, integer
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import torch_type
from wubu.tensorflow.elementwise import FLOATS, NUMBERS, REAL
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.operators import Binary
from wubu.tensorflow.tensor import type_of


def _prepared(input_tensor: Any, axis: Any, name: str, allowed: list[str]) -> tuple[torch.Tensor, tuple[int, ...]]:
    """The tensor and the axes as a tuple."""
    as_bool = allowed == ["bool"] and not isinstance(input_tensor, torch.Tensor)
    x = convert(input_tensor, dtypes.bool) if as_bool else convert(input_tensor)
    Binary(name, torch.add, allowed).check_type(type_of(x))
    found = axes(axis)
    if found is None:
        return x, tuple(range(x.dim()))
    found = (found,) if isinstance(found, int) else found
    for a in found:
        if not -x.dim() <= a < x.dim():
            raise InvalidArgumentError(
                None, None, f"Invalid reduction dimension ({a} for input with {x.dim()} dimension(s) [Op:{name}]"
            )
    return x, tuple(a % x.dim() for a in found)


def _count(x: torch.Tensor, where: tuple[int, ...]) -> int:
    total = 1
    for a in where:
        total *= x.shape[a]
    return total


@api
def reduce_sum(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """The sum along axes, all of them by default; the type stays."""
    x, where = _prepared(input_tensor, axis, "Sum", NUMBERS)
    return torch.sum(x, dim=where, keepdim=keepdims, dtype=x.dtype) if where else x.clone()


@api
def reduce_mean(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """The mean along axes; that of whole numbers is whole, its fraction cut off."""
    x, where = _prepared(input_tensor, axis, "Mean", NUMBERS)
    if not where:
        return x.clone()
    if x.dtype.is_floating_point or x.is_complex():
        return torch.mean(x, dim=where, keepdim=keepdims)
    total = torch.sum(x, dim=where, keepdim=keepdims, dtype=x.dtype)
    return torch.div(total, _count(x, where), rounding_mode="trunc").to(x.dtype)


@api
def reduce_prod(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """The product along axes."""
    x, where = _prepared(input_tensor, axis, "Prod", NUMBERS)
    return _one_by_one(lambda t, a: torch.prod(t, dim=a, keepdim=True, dtype=t.dtype), x, where, keepdims)


def _one_by_one(
    function: Callable[[torch.Tensor, int], torch.Tensor], x: torch.Tensor, where: tuple[int, ...], keepdims: bool
) -> torch.Tensor:
    made = x
    for a in where:
        made = function(made, a)
    if not where:
        return made.clone()
    return made if keepdims else made.squeeze(where)


def _extreme(name: str, function: Any, empty: str) -> Callable[..., Any]:
    def apply(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
        x, where = _prepared(input_tensor, axis, name, REAL)
        if not where:
            return x.clone()
        if _count(x, where) == 0:
            info = dtypes.as_dtype(x.dtype)
            value = float(f"{empty}inf") if info.is_floating else (info.min if empty else info.max)
            shape = [1 if a in where else n for a, n in enumerate(x.shape)]
            made = torch.full(shape, value, dtype=x.dtype, device=x.device)
            return made if keepdims else made.squeeze(where)
        return function(x, dim=where, keepdim=keepdims)

    apply.__name__ = apply.__qualname__ = f"reduce_{name.lower()}"
    apply.__doc__ = f"The {'largest' if empty else 'smallest'} number along axes, all of them by default."
    return api(apply)


reduce_max = _extreme("Max", torch.amax, "-")
reduce_min = _extreme("Min", torch.amin, "")


@api
def reduce_all(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """Whether all are true."""
    x, where = _prepared(input_tensor, axis, "All", ["bool"])
    return _one_by_one(lambda t, a: torch.all(t, dim=a, keepdim=True), x, where, keepdims)


@api
def reduce_any(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """Whether any is true."""
    x, where = _prepared(input_tensor, axis, "Any", ["bool"])
    return _one_by_one(lambda t, a: torch.any(t, dim=a, keepdim=True), x, where, keepdims)


@api
def reduce_logsumexp(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """log Σ e^x, without overflow."""
    x, where = _prepared(input_tensor, axis, "Exp", FLOATS)
    return keras_logsumexp(x, where or None, keepdims) if where else x.clone()


@api
def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """√Σ x²."""
    x, where = _prepared(input_tensor, axis, "EuclideanNorm", NUMBERS)
    if not where:
        return torch.abs(x)
    if x.dtype.is_floating_point or x.is_complex():
        return torch.linalg.vector_norm(x, dim=where, keepdim=keepdims).to(x.dtype)
    return torch.linalg.vector_norm(x.double(), dim=where, keepdim=keepdims).to(x.dtype)


def _moment(input_tensor: Any, axis: Any, keepdims: bool) -> torch.Tensor:
    x, where = _prepared(input_tensor, axis, "Mean", NUMBERS)
    if not (x.dtype.is_floating_point or x.is_complex()):
        raise TypeError("Input must be either real or complex")
    if not where:
        return torch.zeros_like(x)
    center = x.mean(dim=where, keepdim=True)
    apart = (x - center).abs() if x.is_complex() else x - center
    return torch.mean(torch.square(apart), dim=where, keepdim=keepdims)


@api
def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """The mean squared distance from the mean."""
    return _moment(input_tensor, axis, keepdims)


@api
def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """The square root of the variance."""
    return torch.sqrt(_moment(input_tensor, axis, keepdims))


@api
def count_nonzero(input: Any, axis: Any = None, keepdims: bool = False, dtype: Any = dtypes.int64) -> torch.Tensor:
    """How many are not 0."""
    x = convert(input)
    found = axes(axis)
    where = tuple(range(x.dim())) if found is None else found
    made = (x != 0).to(torch_type(dtype))
    return torch.sum(made, dim=where, keepdim=keepdims, dtype=made.dtype) if x.dim() else made


@api
def zero_fraction(value: Any) -> torch.Tensor:
    """The share of zeros."""
    return torch.mean((convert(value) == 0).float())


def _place(name: str, function: Any) -> Callable[..., Any]:
    def apply(input: Any, axis: Any = None, output_type: Any = dtypes.int64) -> torch.Tensor:
        x = convert(input)
        where = 0 if axis is None else integer(axis)
        if not -x.dim() <= where < x.dim():
            raise InvalidArgumentError(
                None, None, f"Expected dimension in the range [{-x.dim()}, {x.dim()}), but got {where} [Op:Arg{name}]"
            )
        if x.dtype is torch.bool:
            x = x.to(torch.uint8)
        return function(x, dim=where).to(torch_type(output_type))

    apply.__name__ = apply.__qualname__ = f"arg{name.lower()}"
    apply.__doc__ = f"The place of the {'largest' if name == 'Max' else 'smallest'} number along an axis, the first by default."
    return api(apply)


argmax = _place("Max", torch.argmax)
argmin = _place("Min", torch.argmin)


def _running(x: torch.Tensor, axis: Any, exclusive: bool, reverse: bool, function: Any, first: int) -> torch.Tensor:
    where = integer(axis)
    if reverse:
        x = torch.flip(x, (where,))
    made = function(x, dim=where)
    if exclusive:
        size = x.shape[where]
        start = torch.full_like(made.narrow(where, 0, min(1, size)), first)
        made = torch.cat([start, made.narrow(where, 0, max(0, size - 1))], dim=where)
    return torch.flip(made, (where,)) if reverse else made


@api
def cumsum(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> torch.Tensor:
    """Running sums along an axis.

    Args:
        x: the numbers.
        axis: the axis.
        exclusive: whether a number's own sum leaves it out.
        reverse: whether to begin at the end.
    """
    value = convert(x)
    return _running(value, axis, exclusive, reverse, lambda t, dim: torch.cumsum(t, dim, dtype=value.dtype), 0)


@api
def cumprod(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> torch.Tensor:
    """Running products along an axis; see ``cumsum``."""
    value = convert(x)
    return _running(value, axis, exclusive, reverse, lambda t, dim: torch.cumprod(t, dim, dtype=value.dtype), 1)


@api
def cumulative_logsumexp(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> torch.Tensor:
    """Running values of log Σ e^x along an axis; see ``cumsum``."""
    value = convert(x)
    where = integer(axis)
    made = torch.logcumsumexp(torch.flip(value, (where,)) if reverse else value, dim=where)
    if exclusive:
        start = torch.full_like(made.narrow(where, 0, 1), float("-inf"))
        made = torch.cat([start, made.narrow(where, 0, made.shape[where] - 1)], dim=where)
    return torch.flip(made, (where,)) if reverse else made


@api
def lbeta(x: Any) -> torch.Tensor:
    """The logarithm of the beta function of the numbers along the last axis."""
    value = convert(x)
    return torch.lgamma(value).sum(-1) - torch.lgamma(value.sum(-1))


@api
def is_non_decreasing(x: Any) -> torch.Tensor:
    """Whether no number is below the one before it."""
    value = convert(x).flatten()
    return torch.all(value[1:] >= value[:-1])


@api
def is_strictly_increasing(x: Any) -> torch.Tensor:
    """Whether every number is above the one before it."""
    value = convert(x).flatten()
    return torch.all(value[1:] > value[:-1])


@api
def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    axis: Any = None,
    binary_output: bool = False,
) -> torch.Tensor:
    """How often each whole number occurs, or the sums of its weights.

    Args:
        arr: whole numbers from 0.
        weights: a weight for each.
        minlength, maxlength: the fewest and the most numbers that are counted.
        dtype: the type of the counts.
        axis: -1 counts each row by itself; None counts everything.
        binary_output: whether to say only that a number occurs.
    """
    values = convert(arr)
    if axis is not None and values.dim() > 1:
        rows = [_counted(row, None if weights is None else w, minlength, None, dtype, binary_output)
                for row, w in zip(values, values if weights is None else convert(weights))]
        longest = max(len(row) for row in rows)
        made = torch.stack([torch.nn.functional.pad(row, (0, longest - len(row))) for row in rows])
        return made if maxlength is None else made[:, : integer(maxlength)]
    return _counted(values, weights, minlength, maxlength, dtype, binary_output)


def _counted(values: torch.Tensor, weights: Any, low: Any, high: Any, dtype: Any, binary: bool) -> torch.Tensor:
    flat = values.flatten().long()
    given = None if weights is None else convert(weights).flatten()
    least = 0 if low is None else integer(low)
    if high is not None:
        least = max(least, min(integer(high), int(flat.max()) + 1 if flat.numel() else 0))
        keep = flat < integer(high)
        flat = flat[keep]
        given = None if given is None else given[keep]
    made = torch.bincount(flat, weights=given, minlength=least)
    if binary:
        made = (made > 0).to(made.dtype)
    return made.to(torch_type(dtype) if given is None or binary else given.dtype)


@api
def histogram_fixed_width_bins(values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32) -> torch.Tensor:
    """The bin of each number, of bins of equal width; numbers beyond the range are in the outermost."""
    x = convert(values)
    low, high = (float(v) for v in host_value_of(convert(value_range)))
    count = integer(nbins)
    place = torch.floor((x.double() - low) / (high - low) * count)
    return place.clamp(0, count - 1).to(torch_type(dtype))


@api
def histogram_fixed_width(values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32) -> torch.Tensor:
    """How many numbers are in each of bins of equal width."""
    x = convert(values)
    low, high = (float(v) for v in host_value_of(convert(value_range)))
    count = integer(nbins)
    place = torch.floor((x.double() - low) / (high - low) * count).clamp(0, count - 1).long()
    return torch.bincount(place.flatten(), minlength=count).to(torch_type(dtype))


@api
def confusion_matrix(
    labels: Any, predictions: Any, num_classes: Any = None, weights: Any = None, dtype: Any = dtypes.int32
) -> torch.Tensor:
    """How often each class was predicted for each true class: rows are labels, columns predictions.

    Args:
        labels, predictions: classes, 1-D.
        num_classes: default the largest class + 1.
        weights: a weight for each pair.
        dtype: the type of the counts.

    Raises:
        InvalidArgumentError: for classes out of range.
    """
    true, predicted = _squeezed(convert(labels).long(), convert(predictions).long())
    found = host_value_of(torch.stack([true, predicted])) if true.numel() else None
    if found is not None and found.min() < 0:
        raise InvalidArgumentError(None, None, "`labels` and `predictions` contain negative values")
    count = (0 if found is None else int(found.max()) + 1) if num_classes is None else integer(num_classes)
    for name, part in (("labels", true), ("predictions", predicted)):
        if found is not None and int(part.max()) >= count:
            raise InvalidArgumentError(None, None, f"`{name}` out of bound. Condition x < y did not hold.")
    kind = torch_type(dtype)
    given = torch.ones_like(true, dtype=kind) if weights is None else convert(weights).to(kind)
    made = torch.zeros(count * count, dtype=kind, device=true.device)
    return made.index_add_(0, true * count + predicted, given).reshape(count, count)


def _squeezed(labels: torch.Tensor, predictions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if predictions.dim() - labels.dim() == 1 and predictions.shape[-1] == 1:
        predictions = predictions.squeeze(-1)
    if labels.dim() - predictions.dim() == 1 and labels.shape[-1] == 1:
        labels = labels.squeeze(-1)
    return labels, predictions
