"""Special functions, segments, and what comes of several numbers at once."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.ops.promotion import axes_of, floating
from wubu.symbolic.function import op


@op
def erf(x: Any) -> torch.Tensor:
    """The error function, 2/√π ∫₀ˣ e^(-t²) dt."""
    return torch.erf(floating(x))


@op
def erfc(x: Any) -> torch.Tensor:
    """1 - erf(x), exact for large x."""
    return torch.erfc(floating(x))


@op
def erfinv(x: Any) -> torch.Tensor:
    """The inverse of the error function."""
    return torch.erfinv(floating(x))


@op
def rsqrt(x: Any) -> torch.Tensor:
    """1 / √x."""
    return torch.rsqrt(floating(x))


@op
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    """log Σ e^x along axes, without overflow."""
    x = floating(x)
    axes = axes_of(axis)
    return torch.logsumexp(x, dim=tuple(range(x.dim())) if axes is None else axes, keepdim=keepdims)


@op
def logdet(x: Any) -> torch.Tensor:
    """The logarithm of a positive determinant."""
    return torch.logdet(floating(x))


@op
def cdist(x: Any, y: Any) -> torch.Tensor:
    """The Euclidean distances between the rows of x and those of y."""
    return torch.cdist(floating(x), floating(y))


@op
def top_k(x: Any, k: int, sorted: bool = True) -> Any:
    """The k largest along the last axis, largest first, and their places (int32)."""
    values, places = torch.topk(as_tensor(x), k, sorted=sorted)
    return values, places.to(torch.int32)


@op
def in_top_k(targets: Any, predictions: Any, k: int) -> torch.Tensor:
    """Whether each target is among the k classes predicted most; ties count as within."""
    classes, scores = as_tensor(targets).long(), as_tensor(predictions)
    known = (classes >= 0) & (classes < scores.shape[-1])
    own = scores.gather(-1, classes.clamp(0, scores.shape[-1] - 1).unsqueeze(-1))
    kth = torch.topk(scores, min(k, scores.shape[-1])).values[..., -1:]
    return ((own >= kth) & torch.isfinite(own)).squeeze(-1) & known


def _segments(data: Any, segment_ids: Any, num_segments: int | None, reduce: str, empty: Any) -> torch.Tensor:
    x, ids = as_tensor(data), as_tensor(segment_ids).long()
    count = int(ids.max()) + 1 if num_segments is None else num_segments
    valid = (ids >= 0) & (ids < count)
    place = torch.where(valid, ids, count)  # one row more takes what belongs nowhere
    made = torch.full((count + 1, *x.shape[1:]), empty, dtype=x.dtype, device=x.device)
    place = place.reshape(-1, *([1] * (x.dim() - 1))).expand(x.shape)
    return made.scatter_reduce(0, place, x, reduce=reduce, include_self=True)[:count]


def _extreme(x: Any, largest: bool) -> Any:
    x = as_tensor(x)
    if x.is_floating_point():
        return float("inf") if largest else -float("inf")
    info = torch.iinfo(x.dtype)
    return info.max if largest else info.min


@op
def segment_sum(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    """The sum of the rows of each segment."""
    return _segments(data, segment_ids, num_segments, "sum", 0)


@op
def segment_prod(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    """The product of the rows of each segment."""
    return _segments(data, segment_ids, num_segments, "prod", 1)


@op
def segment_max(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    """The largest of the rows of each segment; minus infinity for an empty one."""
    return _segments(data, segment_ids, num_segments, "amax", _extreme(data, False))


@op
def segment_min(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    """The smallest of the rows of each segment; infinity for an empty one."""
    return _segments(data, segment_ids, num_segments, "amin", _extreme(data, True))


@op
def view_as_complex(x: Any) -> torch.Tensor:
    """Pairs along the last axis as complex numbers."""
    return torch.view_as_complex(floating(x).contiguous())


@op
def view_as_real(x: Any) -> torch.Tensor:
    """Complex numbers as pairs along a new last axis."""
    return torch.view_as_real(as_tensor(x))
