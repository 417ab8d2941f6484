"""``tf.ragged``: functions of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.dtypes import torch_type
from wubu.tensorflow.ragged_tensor import RaggedTensor, constant, stack_rows

__all__ = [
    "boolean_mask",
    "constant",
    "map_flat_values",
    "range",
    "row_splits_to_segment_ids",
    "segment_ids_to_row_splits",
    "stack",
]


def boolean_mask(data: Any, mask: Any, name: Any = None) -> RaggedTensor:
    """The elements of each row where a mask is true."""
    rows = [row[torch.as_tensor(np.asarray(keep))] for row, keep in zip(convert(data), host_value_of(mask))]
    return stack_rows([to_facade(row) for row in rows])


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> RaggedTensor:
    """A function applied to the elements without their rows."""
    like = next(a for a in args if isinstance(a, RaggedTensor))
    flat = [a.flat_values if isinstance(a, RaggedTensor) else a for a in args]
    return like.with_flat_values(op(*flat, **kwargs))


def range(starts: Any, limits: Any = None, deltas: Any = 1, dtype: Any = None, *further: Any, **accepted: Any) -> RaggedTensor:
    """A row of numbers from each start to below each limit."""
    if limits is None:
        starts, limits = 0, starts
    first, last, step = np.broadcast_arrays(*(host_value_of(v) for v in (starts, limits, deltas)))
    rows = [np.arange(a, b, d, dtype=np.int32) for a, b, d in zip(first.reshape(-1), last.reshape(-1), step.reshape(-1))]
    made = np.concatenate(rows) if rows else np.zeros(0, np.int32)
    values = convert(made) if dtype is None else convert(made).to(torch_type(dtype))
    return RaggedTensor.from_row_lengths(to_facade(values), [len(r) for r in rows])


def row_splits_to_segment_ids(splits: Any, name: Any = None, out_type: Any = None) -> Any:
    """The number of each value's row."""
    lengths = np.diff(host_value_of(splits))
    return to_facade(torch.tensor(np.repeat(np.arange(len(lengths)), lengths), dtype=torch.int64))


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: Any = None
) -> Any:
    """The places where rows begin and end."""
    counts = np.bincount(host_value_of(segment_ids), minlength=0 if num_segments is None else int(num_segments))
    return to_facade(torch.tensor(np.concatenate([[0], np.cumsum(counts)]), dtype=torch.int64))


def stack(values: Any, axis: int = 0, name: Any = None) -> Any:
    """Tensors of different lengths as the rows of a ragged tensor."""
    if axis != 0:
        raise ValueError(f"Expected axis=0. Received: axis={axis}")
    return stack_rows([v if isinstance(v, RaggedTensor) else to_facade(convert(v)) for v in values])
