"""Sums, means and extremes of rows that belong together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, integer
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.tensor import needs


def _reduced(data: torch.Tensor, ids: torch.Tensor, count: int, how: str) -> torch.Tensor:
    """Rows combined by their segment; empty segments hold the neutral element (0 for means and products' 1)."""
    places = ids.reshape(-1).long()
    inner = data.shape[ids.dim() :]
    rows = data.reshape(places.numel(), -1)
    keep = places >= 0
    rows, places = rows[keep], places[keep]
    if places.numel() and int(places.max()) >= count:
        raise InvalidArgumentError(None, None, f"segment_ids[…] = {int(places.max())} is out of range [0, {count})")
    info = dtypes.as_dtype(data.dtype)
    first: Any = {"sum": 0, "mean": 0, "prod": 1}.get(how)
    if how in ("amax", "amin"):
        first = info.min if how == "amax" else info.max
        first = float(first) if info.is_floating else int(first)
    made = torch.full((count, rows.shape[1]), first, dtype=data.dtype, device=data.device)
    index = places.unsqueeze(1).expand(-1, rows.shape[1])
    if how == "sum":
        made = made.scatter_add(0, index, rows)
    elif how == "mean":
        made = made.scatter_add(0, index, rows)
        numbers = torch.zeros(count, dtype=data.dtype, device=data.device).index_add(
            0, places, torch.ones(places.numel(), dtype=data.dtype, device=data.device)
        )
        share = numbers.clamp(min=1).unsqueeze(1)
        made = made / share if info.is_floating or info.is_complex else torch.div(made, share, rounding_mode="trunc")
    else:
        made = made.scatter_reduce(0, index, rows, reduce=how, include_self=True)
    return made.reshape(count, *inner)


def _sorted(name: str, how: str, empty: int | None, formula: str) -> Callable[..., Any]:
    def apply(data: Any, segment_ids: Any) -> torch.Tensor:
        x, ids = convert(data), convert(segment_ids)
        needs(ids.dim() == 1, "segment_ids should be a vector.")
        needs(ids.numel() == x.shape[0], "segment_ids should be the same size as dimension 0 of input.")
        needs(bool((ids[1:] >= ids[:-1]).all()), "segment ids are not increasing")
        count = int(ids[-1]) + 1 if ids.numel() else 0
        made = _reduced(x, ids, count, how)
        if empty is None:
            return made
        # TensorFlow leaves 0 (1 for products) in segments that have no rows.
        used = torch.zeros(count, dtype=torch.bool, device=x.device)
        used[ids.long()] = True
        shape = (count, *[1] * (made.dim() - 1))
        return torch.where(used.reshape(shape), made, torch.tensor(empty, dtype=made.dtype))

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"{formula} of each segment; segment numbers are in order."
    return api(apply)


def _unsorted(name: str, how: str, formula: str) -> Callable[..., Any]:
    def apply(data: Any, segment_ids: Any, num_segments: Any) -> torch.Tensor:
        return _reduced(convert(data), convert(segment_ids), integer(num_segments), how)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"{formula} of each segment; negative segment numbers are left out."
    return api(apply)


segment_sum = _sorted("segment_sum", "sum", None, "The sum of the rows")
segment_mean = _sorted("segment_mean", "mean", None, "The mean of the rows")
segment_prod = _sorted("segment_prod", "prod", None, "The product of the rows")
segment_max = _sorted("segment_max", "amax", 0, "The largest of the rows")
segment_min = _sorted("segment_min", "amin", 0, "The smallest of the rows")
unsorted_segment_sum = _unsorted("unsorted_segment_sum", "sum", "The sum of the rows")
unsorted_segment_mean = _unsorted("unsorted_segment_mean", "mean", "The mean of the rows")
unsorted_segment_prod = _unsorted("unsorted_segment_prod", "prod", "The product of the rows")
unsorted_segment_max = _unsorted("unsorted_segment_max", "amax", "The largest of the rows")
unsorted_segment_min = _unsorted("unsorted_segment_min", "amin", "The smallest of the rows")


@api
def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any) -> torch.Tensor:
    """The sum of the rows of each segment, divided by the square root of their number."""
    x, ids, count = convert(data), convert(segment_ids), integer(num_segments)
    total = _reduced(x, ids, count, "sum")
    flat = ids.reshape(-1).long()
    flat = flat[flat >= 0]
    numbers = torch.zeros(count, dtype=x.dtype, device=x.device).index_add(0, flat, torch.ones_like(flat, dtype=x.dtype))
    return total / numbers.clamp(min=1).sqrt().reshape(count, *[1] * (total.dim() - 1))
