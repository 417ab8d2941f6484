"""Order and counts: sorting, searching, histograms, distinct values."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.ops.promotion import countable, floating, tensors
from wubu.symbolic.function import op


@op
def sort(x: Any, axis: int = -1) -> torch.Tensor:
    """Sorted along an axis, smallest first."""
    return torch.sort(as_tensor(x), dim=axis).values


@op
def argsort(x: Any, axis: int | None = -1) -> torch.Tensor:
    """The places that sort, in a stable order; int32."""
    x = as_tensor(x)
    if axis is None:
        x, axis = x.flatten(), 0
    return torch.argsort(x, dim=axis, stable=True).to(torch.int32)


@op
def argpartition(x: Any, kth: int, axis: int = -1) -> torch.Tensor:
    """Places such that the k-th is where it belongs, smaller ones before it and larger ones after; int32."""
    return torch.argsort(as_tensor(x), dim=axis, stable=True).to(torch.int32)


@op
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> torch.Tensor:
    """Where values would have to be put into a sorted vector; int32."""
    sequence = as_tensor(sorted_sequence)
    if sequence.dim() != 1:
        raise ArgumentError(f"Expected a sorted vector. Received: a tensor of shape {tuple(sequence.shape)}")
    a, b = tensors(sequence, values)
    return torch.searchsorted(a.contiguous(), b.contiguous(), side=side, out_int32=True)


@op
def digitize(x: Any, bins: Any) -> torch.Tensor:
    """Which bin each number falls into; int32."""
    values, edges = countable(*tensors(x, bins))
    return torch.bucketize(values, edges, right=True, out_int32=True)


@op
def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> torch.Tensor:
    """How often each of 0, 1, 2… occurs (or the sum of its weights), along the last axis."""
    x = as_tensor(x).long()
    w = None if weights is None else as_tensor(weights)
    if x.dim() == 1:
        made = torch.bincount(x, w, minlength)
        return made.to(torch.int32) if w is None else made.to(w.dtype)
    length = max(int(x.max()) + 1 if x.numel() else 0, minlength)
    kind = torch.int32 if w is None else w.dtype
    made = torch.zeros(*x.shape[:-1], length, dtype=kind, device=x.device)
    return made.scatter_add_(-1, x, torch.ones_like(x, dtype=kind) if w is None else w)


@op
def histogram(x: Any, bins: int = 10, range: Any = None) -> tuple[torch.Tensor, torch.Tensor]:
    """How many numbers fall into each of equal bins, and the bins' edges."""
    x = floating(x).flatten()
    low, high = (x.min(), x.max()) if range is None else (torch.as_tensor(float(r), device=x.device) for r in range)
    low, high = torch.where(low == high, low - 0.5, low), torch.where(low == high, high + 0.5, high)
    edges = low + (high - low) * torch.linspace(0, 1, bins + 1, dtype=x.dtype, device=x.device)
    inside = x[(x >= low) & (x <= high)]
    place = torch.bucketize(inside, edges[1:-1].contiguous(), right=True)
    return torch.bincount(place, minlength=bins), edges


@op
def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The distinct values, and if asked for where each first occurs, which one each element is, and how often.

    Args:
        x: the values.
        sorted: whether the result is sorted (it always is).
        return_index, return_inverse, return_counts: what else to return.
        axis: the axis whose slices are compared. Default: single values.
        size: the length to cut or fill the result to.
        fill_value: what to fill with. Default: the first value.
    """
    x = as_tensor(x)
    values, inverse, counts = torch.unique(x, sorted=True, return_inverse=True, return_counts=True, dim=axis)
    results = [values]
    if return_index:
        order = torch.argsort(inverse.flatten(), stable=True)
        first = torch.cumsum(counts, 0) - counts
        results.append(order[first])
    if return_inverse:
        results.append(inverse)
    if return_counts:
        results.append(counts)
    if size is not None:
        along = 0 if axis is None else axis
        results[0] = _resized(values, size, along, values.select(along, 0) if fill_value is None else fill_value)
    return results[0] if len(results) == 1 else tuple(results)


def _resized(values: torch.Tensor, size: int, axis: int, filler: Any) -> torch.Tensor:
    have = values.shape[axis]
    if have >= size:
        return values.narrow(axis, 0, size)
    shape = list(values.shape)
    shape[axis] = size - have
    filler = torch.as_tensor(filler, dtype=values.dtype, device=values.device)
    if filler.dim():
        filler = filler.unsqueeze(axis)
    return torch.cat([values, filler.expand(shape)], dim=axis)
