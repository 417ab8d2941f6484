"""Further functions of sparse tensors: over rows, over values, and of two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.reductions import reduce_max as dense_max
from wubu.tensorflow.sparse_tensor import SparseTensor, from_dense, slice, to_dense

# fmt: off
__all__ = [
    "embedding_lookup_sparse", "fill_empty_rows", "map_values", "mask", "maximum", "minimum", "reduce_max",
    "reset_shape", "safe_embedding_lookup_sparse", "softmax", "split", "to_indicator",
]
# fmt: on


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> SparseTensor:
    """A function of the values, the places left alone.

    Args:
        op: the function.
        args, kwargs: its arguments; sparse ones give their values.
    """
    first = next(a for a in [*args, *kwargs.values()] if isinstance(a, SparseTensor))

    def values(argument: Any) -> Any:
        return argument.values if isinstance(argument, SparseTensor) else argument

    made = op(*(values(a) for a in args), **{k: values(a) for k, a in kwargs.items()})
    return SparseTensor(first.indices, made, first._sizes)


def _both(better: Callable[..., Any], a: SparseTensor, b: SparseTensor) -> SparseTensor:
    left, right = host_value_of(to_dense(a)), host_value_of(to_dense(b))
    there = np.zeros(left.shape, bool)
    for one in (a, b):
        there[tuple(host_value_of(one.indices).T)] = True
    places = np.argwhere(there)
    return SparseTensor(places, to_facade(torch.as_tensor(better(left, right)[there])), a._sizes)


def maximum(sp_a: SparseTensor, sp_b: SparseTensor, name: Any = None) -> SparseTensor:
    """The greater of two elements, where either is there."""
    return _both(np.maximum, sp_a, sp_b)


def minimum(sp_a: SparseTensor, sp_b: SparseTensor, name: Any = None) -> SparseTensor:
    """The smaller of two elements, where either is there."""
    return _both(np.minimum, sp_a, sp_b)


def reduce_max(
    sp_input: SparseTensor, axis: Any = None, keepdims: bool = False, output_is_sparse: bool = False, name: Any = None
) -> Any:
    """The greatest of the elements that are there; 0 where there are none."""
    values = convert(sp_input.values)
    least = torch.finfo(values.dtype).min if values.is_floating_point() else torch.iinfo(values.dtype).min
    found = convert(dense_max(to_dense(sp_input, least), axis=axis, keepdims=keepdims))
    made = to_facade(torch.where(found == least, torch.zeros_like(found), found))
    return from_dense(made) if output_is_sparse else made


def softmax(sp_input: SparseTensor, name: Any = None) -> SparseTensor:
    """Softmax over the elements that are there, along the last axis."""
    dense = convert(to_dense(sp_input, -np.inf))
    places = tuple(torch.as_tensor(host_value_of(sp_input.indices)).T)
    return SparseTensor(sp_input.indices, to_facade(torch.softmax(dense, -1)[places]), sp_input._sizes)


def split(sp_input: Any = None, num_split: Any = None, axis: Any = None, name: Any = None) -> list[SparseTensor]:
    """Parts of equal length along an axis; the first ones are longer by one where that cannot be."""
    at, count = integer(axis), integer(num_split)
    total = sp_input._sizes[at]
    lengths = [total // count + (i < total % count) for i in range(count)]
    made, start = [], 0
    for length in lengths:
        first = [start if i == at else 0 for i in range(len(sp_input._sizes))]
        made.append(slice(sp_input, first, [length if i == at else n for i, n in enumerate(sp_input._sizes)]))
        start += length
    return made


def mask(a: Any, mask_indices: Any, name: Any = None) -> Any:
    """``IndexedSlices`` without the rows of some places."""
    from wubu.tensorflow.sparse_tensor import IndexedSlices

    keep = ~np.isin(host_value_of(convert(a.indices)), host_value_of(convert(mask_indices)))
    rows = torch.as_tensor(np.flatnonzero(keep))
    return IndexedSlices(to_facade(convert(a.values)[rows]), to_facade(convert(a.indices)[rows]), a.dense_shape)


def to_indicator(sp_input: SparseTensor, vocab_size: Any, name: Any = None) -> Any:
    """Which numbers occur in each row, bool."""
    places, values = host_value_of(sp_input.indices), host_value_of(sp_input.values)
    made = np.zeros((*sp_input._sizes[:-1], integer(vocab_size)), bool)
    made[(*places[:, :-1].T, values)] = True
    return to_facade(torch.from_numpy(made))


def fill_empty_rows(sp_input: SparseTensor, default_value: Any, name: Any = None) -> tuple[SparseTensor, Any]:
    """A value at the beginning of every row that has none; and which rows those are."""
    places = host_value_of(sp_input.indices)
    empty = np.setdiff1d(np.arange(sp_input._sizes[0]), places[:, 0])
    filled = np.zeros((len(empty), places.shape[1]), np.int64)
    filled[:, 0] = empty
    fill = host_value_of(convert(default_value, sp_input.dtype))
    values = np.concatenate([host_value_of(sp_input.values), np.full(len(empty), fill, host_value_of(sp_input.values).dtype)])
    every = np.concatenate([places, filled])
    order = np.lexsort(every.T[::-1])
    made = SparseTensor(every[order], to_facade(convert(values[order], sp_input.dtype)), sp_input._sizes)
    return made, to_facade(torch.as_tensor(np.isin(np.arange(sp_input._sizes[0]), empty)))


def reset_shape(sp_input: SparseTensor, new_shape: Any = None) -> SparseTensor:
    """The same elements in another frame; default the smallest."""
    places = host_value_of(sp_input.indices)
    shape: Any = places.max(0) + 1 if len(places) else [0] * places.shape[1]
    if new_shape is not None:
        shape = host_value_of(convert(new_shape))
    return SparseTensor(places, sp_input.values, [int(n) for n in shape])


def embedding_lookup_sparse(
    params: Any, sp_ids: SparseTensor, sp_weights: Any = None, combiner: str | None = None, max_norm: Any = None,
    name: Any = None, **accepted: Any,
) -> Any:  # fmt: skip
    """The rows of a table that each row of places names, combined.

    Args:
        params: the table, or a list of its parts.
        sp_ids: places, as a sparse matrix.
        sp_weights: how much each counts.
        combiner: ``"mean"`` (the default), ``"sum"`` or ``"sqrtn"``.
        max_norm: rows of the table are scaled down to this length.
    """
    combiner = combiner or "mean"
    parts = params if isinstance(params, list | tuple) else [params]
    table = torch.cat([convert(p) for p in parts])
    rows = torch.as_tensor(host_value_of(sp_ids.indices)[:, 0])
    found = table[convert(sp_ids.values).long()]
    if max_norm is not None:
        found = found * (max_norm / found.norm(dim=-1, keepdim=True).clamp(min=max_norm))
    weights = torch.ones(len(rows)) if sp_weights is None else convert(sp_weights.values).to(found.dtype)
    count = int(rows.max()) + 1 if len(rows) else 0
    total = torch.zeros(count, *table.shape[1:], dtype=found.dtype).index_add(0, rows, found * weights.unsqueeze(-1))
    if combiner == "sum":
        return to_facade(total)
    power = weights if combiner == "mean" else weights**2
    size = torch.zeros(count, dtype=found.dtype).index_add(0, rows, power)
    return to_facade(total / (size if combiner == "mean" else size.sqrt()).unsqueeze(-1))


def safe_embedding_lookup_sparse(
    embedding_weights: Any, sparse_ids: SparseTensor, sparse_weights: Any = None, combiner: str = "mean",
    default_id: Any = None, max_norm: Any = None, name: Any = None, **accepted: Any,
) -> Any:  # fmt: skip
    """``embedding_lookup_sparse`` where places below 0 count nothing, and rows without places give 0.

    Args:
        embedding_weights, sparse_ids, sparse_weights, combiner, max_norm: see there.
        default_id: the place that rows without places have.
    """
    ids = host_value_of(sparse_ids.values)
    keep = ids >= 0
    places = host_value_of(sparse_ids.indices)[keep]
    shape = sparse_ids._sizes
    weights = None
    if sparse_weights is not None:
        weights = host_value_of(sparse_weights.values)[keep]
    kept = SparseTensor(places, to_facade(torch.as_tensor(ids[keep])), shape)
    filled, empty = fill_empty_rows(kept, 0 if default_id is None else default_id)
    heavy = None
    if weights is not None:
        heavy = fill_empty_rows(SparseTensor(places, to_facade(torch.as_tensor(weights)), shape), 1.0)[0]
    found = convert(embedding_lookup_sparse(embedding_weights, filled, heavy, combiner, max_norm))
    if default_id is None:
        found = torch.where(convert(empty).unsqueeze(-1), torch.zeros_like(found), found)
    return to_facade(found)
