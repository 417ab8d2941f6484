"""Picking elements and putting them in places."""

from __future__ import annotations

import builtins
import math
from typing import Any, NamedTuple

import numpy as np
import torch

from wubu.core.capture import is_capturing
from wubu.ops.core.basics import scatter_update
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of, integer, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import torch_type
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.indexing import get_item
from wubu.tensorflow.tensor import type_of
from wubu.tensorflow.text import StringTensor, of_array


class TopK(NamedTuple):
    """What ``tf.math.top_k`` gives."""

    values: Any
    indices: Any


class Unique(NamedTuple):
    """What ``tf.unique`` gives."""

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """What ``tf.unique_with_counts`` gives."""

    y: Any
    idx: Any
    count: Any


def _listed(shape: Any) -> str:
    return "[" + ",".join(str(n) for n in shape) + "]"


def _check_places(where: torch.Tensor, size: int, name: str) -> None:
    """Raise InvalidArgumentError for a place that does not exist; while a step is recorded nothing can be read."""
    if is_capturing() or where.device.type == "meta" or not where.numel():
        return
    wrong = (where < 0) | (where >= size)
    if bool(wrong.any()):
        at = torch.nonzero(wrong)[0]
        value = int(where[tuple(at)])
        raise InvalidArgumentError(
            None, None, f"indices{_listed(at.tolist())} = {value} is not in [0, {size}) [Op:{name}]"
        )


@api(text="moves")
def gather(params: Any, indices: Any, validate_indices: Any = None, axis: Any = None, batch_dims: Any = 0) -> torch.Tensor:
    """The slices at places along an axis.

    Args:
        params: what to pick from.
        indices: places, of any shape.
        validate_indices: accepted.
        axis: default the first after ``batch_dims``.
        batch_dims: how many first axes the two have in common.

    Raises:
        InvalidArgumentError: for places that do not exist.
    """
    x, where = convert(params), convert(indices)
    batch = integer(batch_dims)
    if batch < 0:
        batch += where.dim()
    at = batch if axis is None else integer(axis)
    at = at + x.dim() if at < 0 else at
    _check_places(where, x.shape[at], "GatherV2")
    where = where.long().to(x.device)
    if batch == 0:
        picked = torch.index_select(x, at, where.reshape(-1))
        return picked.reshape((*x.shape[:at], *where.shape, *x.shape[at + 1 :]))
    lead = x.shape[:batch]
    moved = x.movedim(at, batch)
    flat = moved.reshape(math.prod(lead), moved.shape[batch], -1)
    places = where.reshape(math.prod(lead), -1)
    picked = torch.gather(flat, 1, places.unsqueeze(-1).expand(-1, -1, flat.shape[-1]))
    inner = moved.shape[batch + 1 :]
    made = picked.reshape(*lead, *where.shape[batch:], *inner)
    # The axes between the batch and the picked one come first again.
    between = at - batch
    start = batch + (where.dim() - batch)
    for i in range(between):
        made = made.movedim(start + i, batch + i)
    return made


@api(text="moves")
def gather_nd(params: Any, indices: Any, batch_dims: Any = 0) -> torch.Tensor:
    """The parts at places, each given by its numbers along the first axes."""
    x, where = convert(params), convert(indices)
    where = where.long().to(x.device)
    batch = integer(batch_dims)
    depth = where.shape[-1]
    for a in range(depth):
        _check_places(where[..., a], x.shape[batch + a], "GatherNd")
    if batch:
        grid = torch.meshgrid(*[torch.arange(n, device=x.device) for n in x.shape[:batch]], indexing="ij")
        shape = (*x.shape[:batch], *[1] * (where.dim() - 1 - batch))
        lead = tuple(g.reshape(shape).expand(where.shape[:-1]) for g in grid)
        return x[(*lead, *where.unbind(-1))]
    return x[where.unbind(-1)] if depth else x.expand(*where.shape[:-1], *x.shape).clone()


@api(text="moves")
def boolean_mask(tensor: Any, mask: Any, axis: Any = None) -> torch.Tensor:
    """The slices where a mask is true."""
    x, keep = convert(tensor), convert(mask)
    at = 0 if axis is None else integer(axis)
    if keep.dim() == 0:
        raise ValueError("Mask cannot be scalar.")
    if tuple(x.shape[at : at + keep.dim()]) != tuple(keep.shape):
        raise ValueError(f"Shapes {tuple(x.shape[at : at + keep.dim()])} and {tuple(keep.shape)} are incompatible")
    flat = x.reshape(*x.shape[:at], keep.numel(), *x.shape[at + keep.dim() :])
    return torch.index_select(flat, at, torch.nonzero(keep.reshape(-1)).squeeze(-1))


@api(text="moves")
def where(condition: Any, x: Any = None, y: Any = None) -> torch.Tensor:
    """Elements of x where a condition holds, else of y; without both, the places where it holds, int64.

    Raises:
        InvalidArgumentError: when x and y have different types.
    """
    if x is None and y is None:
        return torch.nonzero(convert(condition))
    holds = convert(condition) if isinstance(condition, torch.Tensor) else convert(condition, dtypes.bool)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    if isinstance(y, torch.Tensor) and not isinstance(x, torch.Tensor):
        a, b = convert(x, hint=type_of(y)), y
    else:
        a = convert(x)
        b = convert(y) if isinstance(y, torch.Tensor) else convert(y, type_of(a))
    if a.dtype is not b.dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute SelectV2 as input #2(zero-based) was expected to be a {type_of(a).spoken} tensor but is a "
            f"{type_of(b).spoken} tensor [Op:SelectV2] name: ",
        )
    if holds.dtype is not torch.bool:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute SelectV2 as input #0(zero-based) was expected to be a bool tensor but is a "
            f"{type_of(holds).spoken} tensor [Op:SelectV2] name: ",
        )
    return torch.where(holds, a, b)


@api(text="moves")
def slice(input_: Any, begin: Any, size: Any) -> torch.Tensor:  # noqa: A001
    """The block that begins at given places and has given sizes; -1 goes to the end."""
    x = convert(input_)
    for axis, (start, length) in enumerate(zip(sizes(begin), sizes(size))):
        length = x.shape[axis] - start if length == -1 else length
        if start < 0 or start + length > x.shape[axis]:
            raise InvalidArgumentError(
                None,
                None,
                f"Expected size[{axis}] in [0, {x.shape[axis] - start}], but got {length} [Op:Slice]",
            )
        x = x.narrow(axis, start, length)
    return x


@api(text="moves")
def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
) -> torch.Tensor:
    """What ``input_[begin:end:strides]`` gives; bits of the masks change the meaning of each axis."""
    starts, ends = sizes(begin), sizes(end)
    steps = sizes(strides) if strides is not None else (1,) * len(starts)
    keys: list[Any] = []
    for i, (start, stop, step) in enumerate(zip(starts, ends, steps)):
        bit = 1 << i
        if ellipsis_mask & bit:
            keys.append(Ellipsis)
        elif new_axis_mask & bit:
            keys.append(None)
        elif shrink_axis_mask & bit:
            keys.append(start)
        else:
            keys.append(builtins.slice(None if begin_mask & bit else start, None if end_mask & bit else stop, step))
    return get_item(convert(input_), tuple(keys))


# --- putting -------------------------------------------------------------------------------------------------------


def _check_nd(indices: torch.Tensor, shape: Any, name: str) -> None:
    for a in range(indices.shape[-1]):
        _check_places(indices[..., a], shape[a], name)


@api(text="moves")
def tensor_scatter_nd_update(tensor: Any, indices: Any, updates: Any) -> torch.Tensor:
    """A copy with values put at places."""
    return _scattered(tensor, indices, updates, None)


@api
def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any) -> torch.Tensor:
    """A copy with values added at places."""
    return _scattered(tensor, indices, updates, "add")


@api
def tensor_scatter_nd_sub(tensor: Any, indices: Any, updates: Any) -> torch.Tensor:
    """A copy with values subtracted at places."""
    return _scattered(tensor, indices, -convert(updates, hint=type_of(convert(tensor))), "add")


@api
def tensor_scatter_nd_max(tensor: Any, indices: Any, updates: Any) -> torch.Tensor:
    """A copy with the larger of what is there and a value, at places."""
    return _scattered(tensor, indices, updates, "max")


@api
def tensor_scatter_nd_min(tensor: Any, indices: Any, updates: Any) -> torch.Tensor:
    """A copy with the smaller of what is there and a value, at places."""
    return _scattered(tensor, indices, updates, "min")


def _scattered(tensor: Any, indices: Any, updates: Any, how: str | None) -> torch.Tensor:
    x, where = convert(tensor), convert(indices)
    _check_nd(where, x.shape, "TensorScatterUpdate")
    return scatter_update(x, where, convert(updates, hint=type_of(x)), how)


@api
def scatter_nd(indices: Any, updates: Any, shape: Any) -> torch.Tensor:
    """Zeros of a shape with values added at places."""
    values, where, wanted = convert(updates), convert(indices), sizes(shape)
    _check_nd(where, wanted, "ScatterNd")
    return scatter_update(torch.zeros(wanted, dtype=values.dtype, device=values.device), where, values, "add")


# --- sorting and searching -----------------------------------------------------------------------------------------


def _descends(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"Argument `direction` should be one of 'ASCENDING' or 'DESCENDING'. Received: {direction}")
    return direction == "DESCENDING"


@api
def sort(values: Any, axis: Any = -1, direction: str = "ASCENDING") -> torch.Tensor:
    """The numbers in order along an axis."""
    return torch.sort(convert(values), dim=integer(axis), descending=_descends(direction)).values


@api
def argsort(values: Any, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False) -> torch.Tensor:
    """The places of the numbers in order along an axis, int32."""
    made = torch.sort(convert(values), dim=integer(axis), descending=_descends(direction), stable=True)
    return made.indices.to(torch.int32)


@api
def top_k(input: Any, k: Any = 1, sorted: bool = True, index_type: Any = dtypes.int32) -> Any:
    """The k largest numbers of the last axis and their places."""
    x, count = convert(input), integer(k)
    if count > x.shape[-1]:
        raise InvalidArgumentError(None, None, f"input must have at least k columns. Had {x.shape[-1]}, needed {count}")
    made = torch.sort(x, dim=-1, descending=True, stable=True)
    return TopK(made.values[..., :count].contiguous(), made.indices[..., :count].to(torch_type(index_type)))


@api
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = dtypes.int32) -> torch.Tensor:
    """Where numbers would go in an ordered sequence."""
    base = convert(sorted_sequence)
    made = torch.searchsorted(base.contiguous(), convert(values, hint=type_of(base)).contiguous(), right=side == "right")
    return made.to(torch_type(out_type))


@api
def in_top_k(targets: Any, predictions: Any, k: Any) -> torch.Tensor:
    """Whether the prediction of each true class is among the k largest."""
    scores, true = convert(predictions), convert(targets).long()
    own = torch.gather(scores, 1, true.clamp(0, scores.shape[1] - 1).unsqueeze(1))
    ahead = (scores > own).sum(1)
    valid = (true >= 0) & (true < scores.shape[1]) & torch.isfinite(own.squeeze(1))
    return (ahead < integer(k)) & valid


@api(text="reads")
def unique(x: Any, out_idx: Any = dtypes.int32) -> Any:
    """The different elements in the order in which they first occur, and for each element the place of its like."""
    values, places, _ = _unique(convert(x))
    return Unique(values, places.to(torch_type(out_idx)))


@api(text="reads")
def unique_with_counts(x: Any, out_idx: Any = dtypes.int32) -> Any:
    """``unique``, and how often each element occurs."""
    values, places, counts = _unique(convert(x))
    return UniqueWithCounts(values, places.to(torch_type(out_idx)), counts.to(torch_type(out_idx)))


def _unique(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if x.dim() != 1:
        raise InvalidArgumentError(None, None, f"unique expects a 1D vector. [Op:Unique] Received: shape {_listed(x.shape)}")
    array = host_value_of(x)
    found, first, inverse, counts = np.unique(array, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    values = of_array(found[order]) if isinstance(x, StringTensor) else x[torch.from_numpy(first[order])]
    return values, torch.from_numpy(back[inverse.reshape(-1)]), torch.from_numpy(counts[order])


@api(text="moves")
def dynamic_partition(data: Any, partitions: Any, num_partitions: Any) -> list[torch.Tensor]:
    """The elements of each partition."""
    x, parts = convert(data), convert(partitions)
    flat = x.reshape(parts.numel(), *x.shape[parts.dim() :])
    return [flat[parts.reshape(-1) == i] for i in range(integer(num_partitions))]


@api(text="moves")
def dynamic_stitch(indices: Any, data: Any) -> torch.Tensor:
    """The inverse of ``dynamic_partition``: rows put at the places that indices say, later ones over earlier ones."""
    places = [convert(i).long() for i in indices]
    parts = [convert(d) for d in data]
    size = max((int(p.max()) + 1 for p in places if p.numel()), default=0)
    inner = parts[0].shape[places[0].dim() :]
    made = torch.zeros((size, *inner), dtype=parts[0].dtype, device=parts[0].device)
    for place, part in zip(places, parts):
        made[place.reshape(-1)] = part.reshape(-1, *inner)
    return made


@api(text="moves")
def reverse_sequence(
    input: Any, seq_lengths: Any, seq_axis: Any = None, batch_axis: Any = None, seq_dim: Any = None, batch_dim: Any = None
) -> torch.Tensor:
    """The first elements along an axis in reverse order, as many of each sample as its length says."""
    x = convert(input)
    along = integer(seq_axis if seq_axis is not None else seq_dim)
    batch = integer(batch_axis if batch_axis is not None else (batch_dim or 0))
    lengths = convert(seq_lengths).long().to(x.device)
    moved = x.movedim((batch, along), (0, 1))
    place = torch.arange(moved.shape[1], device=x.device).expand(moved.shape[0], -1)
    order = torch.where(place < lengths.unsqueeze(1), lengths.unsqueeze(1) - 1 - place, place)
    index = order.reshape(*order.shape, *[1] * (moved.dim() - 2)).expand_as(moved)
    return torch.gather(moved, 1, index).movedim((0, 1), (batch, along))


@api
def unravel_index(indices: Any, dims: Any) -> torch.Tensor:
    """The places of flat indices along each axis, an axis a row."""
    where = convert(indices)
    parts = torch.unravel_index(where.long(), sizes(dims))
    return torch.stack(parts).to(where.dtype)


@api
def invert_permutation(x: Any) -> torch.Tensor:
    """The permutation that undoes another."""
    return torch.argsort(convert(x)).to(convert(x).dtype)
