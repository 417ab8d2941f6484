"""``tf.RaggedTensor``: rows of different lengths, as one tensor of all values and the places where rows end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import Eager, plain_shape, shown, type_of
from wubu.tensorflow.text import StringTensor, of_array


class RaggedTensor:
    """Rows of different lengths.

    Made by ``tf.ragged.constant`` and the functions ``from_…``.

    Args:
        values: all elements, row after row; a tensor, or a ragged tensor for further axes.
        row_splits: where rows begin and end: row i is ``values[row_splits[i]:row_splits[i + 1]]``.

    Example:
        >>> tf.ragged.constant([[1], [2, 3]]).to_tensor().numpy().tolist()
        [[1, 0], [2, 3]]
    """

    __tf_operators__ = True
    __tf_container__ = True

    def __init__(self, values: Any, row_splits: Any) -> None:
        self.values: Any = values if isinstance(values, RaggedTensor | Eager) else to_facade(convert(values))
        self._splits = [int(n) for n in host_value_of(row_splits)]

    @classmethod
    def from_row_splits(cls, values: Any, row_splits: Any, name: Any = None, validate: bool = True) -> RaggedTensor:
        """From the places where rows begin and end."""
        return cls(values, row_splits)

    @classmethod
    def from_row_lengths(cls, values: Any, row_lengths: Any, name: Any = None, validate: bool = True) -> RaggedTensor:
        """From the lengths of the rows."""
        return cls(values, np.concatenate([[0], np.cumsum(host_value_of(row_lengths))]).astype(int))

    @classmethod
    def from_value_rowids(
        cls, values: Any, value_rowids: Any, nrows: Any = None, name: Any = None, validate: bool = True
    ) -> RaggedTensor:
        """From the number of each value's row."""
        ids = host_value_of(value_rowids).astype(int)
        count = int(host_value_of(nrows)) if nrows is not None else (int(ids[-1]) + 1 if len(ids) else 0)
        return cls.from_row_lengths(values, np.bincount(ids, minlength=count))

    @classmethod
    def from_row_starts(cls, values: Any, row_starts: Any, name: Any = None, validate: bool = True) -> RaggedTensor:
        """From the places where rows begin."""
        found = values if isinstance(values, RaggedTensor) else to_facade(convert(values))
        return cls(found, [*host_value_of(row_starts).tolist(), len(found)])

    @classmethod
    def from_tensor(
        cls, tensor: Any, lengths: Any = None, padding: Any = None, ragged_rank: int = 1, name: Any = None, **accepted: Any
    ) -> RaggedTensor:
        """From a tensor, of whose rows only a length is kept, or what comes before the padding."""
        rows = host_value_of(convert(tensor))
        if lengths is not None:
            sizes = host_value_of(lengths).astype(int).tolist()
        elif padding is not None:
            kept = rows != padding
            sizes = [int(np.max(np.nonzero(k)[0]) + 1) if k.any() else 0 for k in kept]
        else:
            sizes = [rows.shape[1]] * rows.shape[0]
        parts = [row[:n] for row, n in zip(rows, sizes)]
        joined = np.concatenate(parts) if parts else rows.reshape(0)
        return cls.from_row_lengths(joined, sizes)

    # --- asking -------------------------------------------------------------------------------------------------------

    @property
    def row_splits(self) -> Any:
        """Where rows begin and end, int64."""
        return to_facade(torch.tensor(self._splits, dtype=torch.int64))

    @property
    def flat_values(self) -> Any:
        """All elements without their rows."""
        return self.values.flat_values if isinstance(self.values, RaggedTensor) else self.values

    @property
    def ragged_rank(self) -> int:
        """How many axes are ragged."""
        return 1 + (self.values.ragged_rank if isinstance(self.values, RaggedTensor) else 0)

    @property
    def dtype(self) -> Any:
        """The type of the elements."""
        return type_of(self.flat_values)

    @property
    def shape(self) -> TensorShape:
        """The sizes, None for ragged axes."""
        if isinstance(self.values, RaggedTensor):
            return TensorShape([self._count, None, *self.values.shape[1:]])
        return TensorShape([self._count, None, *plain_shape(self.values)[1:]])

    @property
    def _count(self) -> int:
        return len(self._splits) - 1

    def get_shape(self) -> TensorShape:
        """The sizes."""
        return self.shape

    def nrows(self, out_type: Any = None, name: Any = None) -> Any:
        """How many rows there are."""
        return to_facade(torch.tensor(self._count, dtype=torch.int64))

    def row_lengths(self, axis: int = 1, name: Any = None) -> Any:
        """How long each row is."""
        return to_facade(torch.tensor(np.diff(self._splits), dtype=torch.int64))

    def row_starts(self, name: Any = None) -> Any:
        """Where rows begin."""
        return to_facade(torch.tensor(self._splits[:-1], dtype=torch.int64))

    def value_rowids(self, name: Any = None) -> Any:
        """The number of each value's row."""
        return to_facade(torch.repeat_interleave(torch.tensor(np.diff(self._splits))))

    def bounding_shape(self, axis: Any = None, name: Any = None, out_type: Any = None) -> Any:
        """The smallest shape that all rows fit in."""
        array = self._padded(0)
        found = array.shape if axis is None else array.shape[axis]
        return to_facade(torch.tensor(found, dtype=torch.int64))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(self._count))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            first, *rest = key
            found = self[first]
            if isinstance(found, RaggedTensor) and isinstance(first, slice) and rest:
                return stack_rows([row[tuple(rest)] if len(rest) > 1 else row[rest[0]] for row in found])
            return found[tuple(rest)] if rest else found
        if isinstance(key, slice):
            return stack_rows([self[i] for i in range(*key.indices(self._count))], self)
        place = int(key)
        place = place + self._count if place < 0 else place
        if not 0 <= place < self._count:
            from wubu.tensorflow.errors import InvalidArgumentError

            raise InvalidArgumentError(None, None, f"slice index {key} of dimension 0 out of bounds.")
        return self.values[self._splits[place] : self._splits[place + 1]]

    # --- turning into something else -------------------------------------------------------------------------------------

    def to_list(self) -> list[Any]:
        """Nested lists."""
        rows = [self[i] for i in range(self._count)]
        return [r.to_list() if isinstance(r, RaggedTensor) else host_value_of(r).tolist() for r in rows]

    def numpy(self) -> np.ndarray:
        """An array of arrays, or a plain one where all rows are of one length."""
        rows = [r.numpy() for r in self]
        if len({r.shape for r in rows}) == 1:
            return np.stack(rows)
        made = np.empty(len(rows), object)
        for i, row in enumerate(rows):
            made[i] = row
        return made

    def to_tensor(self, default_value: Any = None, name: Any = None, shape: Any = None) -> Any:
        """A tensor in which short rows are filled up.

        Args:
            default_value: what fills; default 0, or the empty text.
            shape: the shape to fill or cut to, None for sizes that decide themselves.
        """
        text = self.dtype == dtypes.string
        fill = (b"" if text else 0) if default_value is None else default_value
        if isinstance(fill, torch.Tensor):
            fill = host_value_of(fill)[()]
        array = self._padded(fill)
        if shape is not None:
            wanted = TensorShape(shape).as_list()
            sizes = [have if want is None else want for have, want in zip(array.shape, wanted)]
            full = np.full(sizes, fill, dtype=array.dtype)
            cut = tuple(slice(0, min(a, b)) for a, b in zip(array.shape, sizes))
            full[cut] = array[cut]
            array = full
        return to_facade(of_array(array) if text else convert(array))

    def _padded(self, fill: Any) -> np.ndarray:
        rows = [r._padded(fill) if isinstance(r, RaggedTensor) else host_value_of(r) for r in self]
        kind = object if self.dtype == dtypes.string else self.dtype.as_numpy_dtype
        if not rows:
            return np.zeros((0, 0), kind)
        sizes = [max(r.shape[a] for r in rows) for a in range(rows[0].ndim)]
        made: Any = np.full((len(rows), *sizes), fill, dtype=kind)
        for i, row in enumerate(rows):
            made[(i, *(slice(0, n) for n in row.shape))] = row
        return made

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows with other values."""
        return RaggedTensor(new_values, self._splits)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows at all depths with other elements."""
        if isinstance(self.values, RaggedTensor):
            return RaggedTensor(self.values.with_flat_values(new_values), self._splits)
        return RaggedTensor(new_values, self._splits)

    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """Two neighbouring axes as one."""
        if outer_axis == 0:
            return self.values if inner_axis == 1 else self.values.merge_dims(0, inner_axis - 1)
        assert isinstance(self.values, RaggedTensor)
        inner = self.values._splits
        return RaggedTensor(self.values.values, [inner[n] for n in self._splits])

    def __repr__(self) -> str:
        return f"<tf.RaggedTensor {_shown(self.to_list())}>"

    __str__ = __repr__

    # --- operators -----------------------------------------------------------------------------------------------------

    def _with(self, other: Any, function: Callable[[Any, Any], Any]) -> RaggedTensor:
        if isinstance(other, RaggedTensor):
            return self.with_flat_values(function(self.flat_values, other.flat_values))
        if isinstance(other, torch.Tensor) and other.dim() == 2 and other.shape[1] == 1:
            other = shown(torch.repeat_interleave(convert(other)[:, 0], torch.tensor(np.diff(self._splits))))
        return self.with_flat_values(function(self.flat_values, other))

    def __add__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: b + a)

    def __sub__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: a * b)

    def __rmul__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: b * a)

    def __truediv__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: a / b)

    def __lt__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: a < b)

    def __gt__(self, other: Any) -> RaggedTensor:
        return self._with(other, lambda a, b: a > b)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        inner = ", ".join(_shown(v) for v in value)
        return f"[{inner}]"
    return repr(value)


def constant(
    pylist: Any, dtype: Any = None, ragged_rank: int | None = None, inner_shape: Any = None, name: Any = None,
    row_splits_dtype: Any = None,
) -> Any:
    """A ragged tensor of nested lists."""
    flat: list[Any] = []

    def depth(part: Any) -> int:
        if not isinstance(part, list | tuple | np.ndarray):
            return 0
        return 1 + max((depth(p) for p in part), default=0)

    def walk(part: Any) -> None:
        for p in part:
            if isinstance(p, list | tuple | np.ndarray):
                walk(p)
            else:
                flat.append(p)

    walk(pylist)
    kind = as_dtype(dtype) if dtype is not None else (type_of(convert(flat)) if flat else dtypes.float32)
    levels = depth(pylist)
    if levels <= 1:
        return to_facade(convert(list(pylist), kind))
    return _built(pylist, kind, levels)


def _built(rows: Any, kind: Any, levels: int) -> RaggedTensor:
    lengths = [len(r) for r in rows]
    inner = [p for r in rows for p in r]
    if levels == 2:
        values = of_array(np.array(inner, dtype=object)) if kind == dtypes.string else convert(inner, kind)
        return RaggedTensor.from_row_lengths(to_facade(values), lengths)
    return RaggedTensor.from_row_lengths(_built(inner, kind, levels - 1), lengths)


def from_rows(rows: list[list[Any]], dtype: Any, shape: tuple[int, ...]) -> RaggedTensor:
    """Rows in the places of an array of a shape, with one ragged axis after its own."""
    made = _built(rows, as_dtype(dtype), 2)
    for size in reversed(shape[1:]):
        made = RaggedTensor(made, list(range(0, len(made) + 1, size)))
    return made


def stack_rows(rows: list[Any], like: RaggedTensor | None = None) -> Any:
    """Rows (tensors, or ragged ones) as one ragged tensor; plain scalars as a tensor."""
    if not rows and like is not None:
        return RaggedTensor(like.values[0:0], [0])
    if not isinstance(rows[0], RaggedTensor) and not plain_shape(rows[0]):
        parts = [host_value_of(r)[()] for r in rows]
        if isinstance(rows[0], StringTensor):
            return to_facade(of_array(np.array(parts, dtype=object)))
        return to_facade(convert(np.array(parts)))
    lengths = [len(r) for r in rows]
    if isinstance(rows[0], RaggedTensor):
        inner = stack_rows([p for r in rows for p in r])
    else:
        from wubu.tensorflow.shaping import concat

        inner = concat(rows, 0)
    return RaggedTensor.from_row_lengths(inner, lengths)


def map_text(function: Callable[[Any], Any], ragged: RaggedTensor) -> RaggedTensor:
    """The same rows with changed elements, which may become rows themselves."""
    if isinstance(ragged.values, RaggedTensor):
        return RaggedTensor(map_text(function, ragged.values), ragged._splits)
    return RaggedTensor(function(ragged.values), ragged._splits)
