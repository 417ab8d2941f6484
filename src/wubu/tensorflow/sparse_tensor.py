"""``tf.SparseTensor``: the places and values of the elements that are not 0."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import torch

from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of, sizes
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import Eager, Tensor, stripped, type_of
from wubu.tensorflow.text import StringTensor, of_array


class SparseTensor:
    """A tensor of which only some elements are kept.

    Args:
        indices: the places, (number, axes).
        values: the elements there.
        dense_shape: the sizes.

    Example:
        >>> tf.sparse.to_dense(tf.SparseTensor([[0, 1]], [5], [1, 2])).numpy()
        array([[0, 5]], dtype=int32)
    """

    __tf_operators__ = True
    __tf_container__ = True

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self.indices = to_facade(torch.as_tensor(np.asarray(host_value_of(indices), dtype=np.int64)))
        self.values = values if isinstance(values, Tensor) else to_facade(convert(values))
        self._sizes = sizes(dense_shape)

    @property
    def dense_shape(self) -> Any:
        """The sizes as a tensor, int64."""
        return to_facade(torch.tensor(self._sizes, dtype=torch.int64))

    @property
    def shape(self) -> TensorShape:
        """The sizes."""
        return TensorShape(self._sizes)

    @property
    def dtype(self) -> Any:
        """The type of the elements."""
        return type_of(self.values)

    def get_shape(self) -> TensorShape:
        """The sizes."""
        return self.shape

    def with_values(self, new_values: Any) -> SparseTensor:
        """The same places with other elements."""
        return SparseTensor(self.indices, new_values, self._sizes)

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A sparse tensor from something with the same three attributes."""
        return cls(sparse_tensor_value.indices, sparse_tensor_value.values, sparse_tensor_value.dense_shape)

    def __mul__(self, other: Any) -> SparseTensor:
        return self.with_values(self.values * _at(other, self))

    def __truediv__(self, other: Any) -> SparseTensor:
        return self.with_values(self.values / _at(other, self))

    def __repr__(self) -> str:
        return f"SparseTensor(indices={self.indices}, values={self.values}, dense_shape={self.dense_shape})"


def _at(other: Any, like: SparseTensor) -> Any:
    """The elements of a dense tensor at the places of a sparse one."""
    dense = stripped(other) if isinstance(other, Eager) else convert(other, hint=like.dtype)
    wide = dense.expand(like._sizes)
    return to_facade(wide[stripped(like.indices).unbind(1)])


def to_dense(sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: Any = None) -> Any:
    """The whole tensor, with 0 (or a default) where no element is kept; a tensor that is whole already stays."""
    if isinstance(sp_input, Eager):
        return sp_input
    if isinstance(sp_input.values, StringTensor):
        made = np.full(sp_input._sizes, b"" if default_value is None else default_value, dtype=object)
        for place, value in zip(host_value_of(sp_input.indices), host_value_of(sp_input.values)):
            made[tuple(place)] = value
        return to_facade(of_array(made))
    values = stripped(sp_input.values)
    fill = 0 if default_value is None else host_value_of(default_value).item()
    dense = torch.full(sp_input._sizes, fill, dtype=values.dtype, device=values.device)
    return to_facade(dense.index_put(stripped(sp_input.indices).unbind(1), values))


def from_dense(tensor: Any, name: Any = None) -> SparseTensor:
    """The elements that are not 0."""
    x = convert(tensor)
    if isinstance(x, StringTensor):
        array = host_value_of(x)
        places = np.argwhere(array != b"")
        return SparseTensor(places, to_facade(of_array(np.array([array[tuple(p)] for p in places], dtype=object))), array.shape)
    places_of = torch.nonzero(x)
    return SparseTensor(places_of, to_facade(x[places_of.unbind(1)]), tuple(x.shape))


def reorder(sp_input: SparseTensor, name: Any = None) -> SparseTensor:
    """The same elements in the order of their places."""
    places = host_value_of(sp_input.indices)
    order = np.lexsort(places.T[::-1]) if len(places) else np.array([], int)
    return SparseTensor(places[order], _picked(sp_input.values, order), sp_input._sizes)


def _picked(values: Any, order: np.ndarray) -> Any:
    if isinstance(values, StringTensor):
        return to_facade(of_array(host_value_of(values)[order]))
    return to_facade(stripped(values)[torch.from_numpy(np.ascontiguousarray(order))])


def reshape(sp_input: SparseTensor, shape: Any, name: Any = None) -> SparseTensor:
    """The same elements in another shape."""
    total = int(np.prod(sp_input._sizes))
    wanted = list(sizes(shape))
    if -1 in wanted:
        wanted[wanted.index(-1)] = total // -int(np.prod(wanted))
    flat = np.ravel_multi_index(host_value_of(sp_input.indices).T, sp_input._sizes)
    return SparseTensor(np.stack(np.unravel_index(flat, wanted), 1), sp_input.values, wanted)


def transpose(sp_input: SparseTensor, perm: Any = None, name: Any = None) -> SparseTensor:
    """The axes in another order."""
    order = list(reversed(range(len(sp_input._sizes)))) if perm is None else list(sizes(perm))
    moved = host_value_of(sp_input.indices)[:, order]
    return reorder(SparseTensor(moved, sp_input.values, [sp_input._sizes[a] for a in order]))


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum: sparse for two sparse tensors, else dense."""
    if isinstance(a, SparseTensor) and isinstance(b, SparseTensor):
        return from_dense(to_dense(a) + to_dense(b))
    dense = [to_dense(x) if isinstance(x, SparseTensor) else x for x in (a, b)]
    return dense[0] + dense[1]


def sparse_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: Any = None
) -> Any:
    """The product of a sparse and a dense matrix."""
    from wubu.tensorflow.linear_algebra import matmul

    left = to_dense(sp_a) if isinstance(sp_a, SparseTensor) else sp_a
    right = to_dense(b) if isinstance(b, SparseTensor) else b
    return matmul(left, right, adjoint_a=adjoint_a, adjoint_b=adjoint_b)


def concat(axis: int, sp_inputs: Any, *further: Any, **accepted: Any) -> SparseTensor:
    """Sparse tensors joined along an axis."""
    parts = list(sp_inputs)
    at = axis % len(parts[0]._sizes)
    starts = list(itertools.accumulate([0, *(p._sizes[at] for p in parts)]))
    places = []
    for start, part in zip(starts, parts):
        moved = host_value_of(part.indices).copy()
        moved[:, at] += start
        places.append(moved)
    shape = list(parts[0]._sizes)
    shape[at] = starts[-1]
    from wubu.tensorflow.shaping import concat as join

    return reorder(SparseTensor(np.concatenate(places), join([p.values for p in parts], 0), shape))


def slice(sp_input: SparseTensor, start: Any, size: Any, name: Any = None) -> SparseTensor:  # noqa: A001
    """The block that begins at given places and has given sizes."""
    first, lengths = np.array(sizes(start)), np.array(sizes(size))
    lengths = np.minimum(lengths, np.array(sp_input._sizes) - first)
    places = host_value_of(sp_input.indices)
    keep = ((places >= first) & (places < first + lengths)).all(1)
    return SparseTensor(places[keep] - first, _picked(sp_input.values, np.nonzero(keep)[0]), lengths.tolist())


def reduce_sum(sp_input: SparseTensor, axis: Any = None, keepdims: bool = False, *further: Any, **accepted: Any) -> Any:
    """The sum along axes, dense."""
    from wubu.tensorflow.reductions import reduce_sum as dense_sum

    return dense_sum(to_dense(sp_input), axis, keepdims)


def eye(num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: Any = None) -> SparseTensor:
    """Ones on the diagonal of a matrix."""
    rows = int(num_rows)
    columns = rows if num_columns is None else int(num_columns)
    count = min(rows, columns)
    return SparseTensor(np.stack([np.arange(count)] * 2, 1), convert([1] * count, dtype), (rows, columns))


def retain(sp_input: SparseTensor, to_retain: Any) -> SparseTensor:
    """The elements where a mask is true."""
    keep = np.nonzero(host_value_of(to_retain))[0]
    return SparseTensor(host_value_of(sp_input.indices)[keep], _picked(sp_input.values, keep), sp_input._sizes)


def expand_dims(sp_input: SparseTensor, axis: Any = None, name: Any = None) -> SparseTensor:
    """A new axis of size 1."""
    rank = len(sp_input._sizes)
    at = (-1 if axis is None else int(axis)) % (rank + 1)
    shape = [*sp_input._sizes[:at], 1, *sp_input._sizes[at:]]
    return SparseTensor(np.insert(host_value_of(sp_input.indices), at, 0, axis=1), sp_input.values, shape)


def rows_of(value: Any) -> tuple[list[list[Any]], tuple[int, ...]]:
    """The elements of each row of the last axis, of sparse and of dense tensors, and the shape without that axis."""
    if isinstance(value, SparseTensor):
        shape = value._sizes[:-1]
        rows: dict[tuple[int, ...], list[Any]] = {place: [] for place in np.ndindex(*shape)}
        for place, item in zip(host_value_of(value.indices), host_value_of(value.values)):
            rows[tuple(int(n) for n in place[:-1])].append(item)
        return list(rows.values()), shape
    array = host_value_of(convert(value))
    return [list(array[place]) for place in np.ndindex(*array.shape[:-1])], array.shape[:-1]


def of_rows(rows: list[list[Any]], shape: tuple[int, ...], dtype: Any) -> SparseTensor:
    """A sparse tensor whose rows begin with given elements."""
    places = [(*place, i) for place, row in zip(np.ndindex(*shape), rows) for i in range(len(row))]
    flat = [item for row in rows for item in row]
    longest = max((len(row) for row in rows), default=0)
    values = of_array(np.array(flat, dtype=object)) if dtype == dtypes.string else convert(np.array(flat), dtype)
    made = np.array(places, dtype=np.int64).reshape(len(places), len(shape) + 1)
    return SparseTensor(made, to_facade(values), (*shape, longest))


class IndexedSlices:
    """Rows of a larger tensor, such as the gradient of a lookup.

    Args:
        values: the rows.
        indices: their places.
        dense_shape: the sizes of the whole.
    """

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self.values = values if isinstance(values, Eager) else to_facade(convert(values))
        self.indices = indices if isinstance(indices, Eager) else to_facade(convert(indices))
        self.dense_shape = dense_shape

    @property
    def dtype(self) -> Any:
        """The type of the rows."""
        return type_of(self.values)

    @property
    def shape(self) -> TensorShape:
        """The sizes of the whole."""
        return TensorShape(None) if self.dense_shape is None else TensorShape(sizes(self.dense_shape))

    def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> Any:
        rows = stripped(self.values)
        count = sizes(self.dense_shape)[0] if self.dense_shape is not None else int(stripped(self.indices).max()) + 1
        made = torch.zeros((count, *rows.shape[1:]), dtype=rows.dtype, device=rows.device)
        return to_facade(made.index_add(0, stripped(self.indices).long(), rows))

    def __repr__(self) -> str:
        return f"IndexedSlices(indices={self.indices}, values={self.values})"
