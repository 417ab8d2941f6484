"""Tensors from values, shapes and ranges; and tensors in another type."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from wubu.core.device import default_device
from wubu.ops.nn.encoding import one_hot as keras_one_hot
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, integer, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import DType, as_dtype, torch_type
from wubu.tensorflow.errors import InvalidArgumentError, UnimplementedError
from wubu.tensorflow.tensor import mark_static, type_of
from wubu.tensorflow.text import StringTensor, of_array, of_places


@api(text="reads")
def constant(value: Any, dtype: Any = None, shape: Any = None) -> torch.Tensor:
    """A tensor of a value.

    Args:
        value: a number, text, an array, a tensor, or nested lists.
        dtype: the type; default the value's own (int32 and float32 for Python's numbers).
        shape: the shape, which one number fills.

    Raises:
        TypeError: when the type cannot hold the value, or the shape does not fit.
    """
    if isinstance(value, torch.Tensor) and dtype is not None and type_of(value) != as_dtype(dtype):
        raise TypeError(f"Expected tensor {value} with dtype {as_dtype(dtype)!r}, but got dtype {type_of(value)!r}.")
    made = mark_static(convert(value, dtype))
    if shape is None:
        return made
    wanted = sizes(shape)
    if made.numel() == 1 and not isinstance(made, StringTensor):
        return made.reshape(()).expand(wanted).clone()
    if made.numel() != math.prod(wanted):
        raise TypeError(
            f"Eager execution of tf.constant with unsupported shape. Tensor {made.tolist()} (converted from {value}) has "
            f"{made.numel()} elements, but got `shape` {wanted} with {math.prod(wanted)} elements)."
        )
    if isinstance(made, StringTensor):
        return of_array(np.broadcast_to(made._text(), wanted) if made.numel() == 1 else made._text().reshape(wanted))
    return made.reshape(wanted)


@api(text="reads")
def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None) -> torch.Tensor:
    """A value as a tensor.

    Args:
        value: a number, text, an array, a tensor, or nested lists.
        dtype: the type, which tensors must have already.
        dtype_hint: the type to prefer where the value allows it.
    """
    return convert(value, dtype, dtype_hint)


@api(text="moves")
def identity(input: Any) -> torch.Tensor:
    """The same values."""
    return torch.clone(convert(input))


@api
def cast(x: Any, dtype: Any) -> torch.Tensor:
    """The numbers in another type; fractions are cut off, true is 1."""
    wanted = as_dtype(dtype)
    value = convert(x)
    if wanted.torch is None:
        raise UnimplementedError(None, None, f"Cast {type_of(value).spoken} to {wanted.spoken} is not supported [Op:Cast]")
    return _cast(value, wanted.torch)


def _cast(value: torch.Tensor, wanted: torch.dtype) -> torch.Tensor:
    if value.is_complex() and not wanted.is_complex:
        value = value.real
    if value.dtype.is_floating_point and not wanted.is_floating_point and wanted.itemsize < 4 and wanted is not torch.bool:
        return value.to(torch.int64).to(wanted)  # wraps, where a direct conversion may do anything
    return value.to(wanted)


@api
def saturate_cast(value: Any, dtype: Any) -> torch.Tensor:
    """The numbers in another type, those out of its range at its ends."""
    x, wanted = convert(value), as_dtype(dtype)
    kind = torch_type(wanted)
    if kind.is_complex or kind is torch.bool:
        return _cast(x, kind)
    low, high = wanted.min, wanted.max
    if x.dtype.is_floating_point:
        return _cast(x.clamp(float(low), float(high)), kind) if kind.is_floating_point else _rounded_in(x, low, high, kind)
    own = torch.iinfo(x.dtype) if x.dtype is not torch.bool else None
    if own is not None and not kind.is_floating_point:
        x = x.clamp(max(own.min, int(low)), min(own.max, int(high)))
    return x.to(kind)


def _rounded_in(x: torch.Tensor, low: int, high: int, kind: torch.dtype) -> torch.Tensor:
    # The largest whole number may not be exact as a float, and would overflow.
    inside = x.double().clamp(float(low), float(high))
    made = inside.clamp(max=float(np.nextafter(float(high), 0))).to(torch.int64).to(kind)
    return torch.where(inside >= float(high), torch.tensor(high, dtype=kind, device=x.device), made)


@api
def bitcast(input: Any, type: Any) -> torch.Tensor:
    """The same bits read as another type; a smaller one adds an axis, a larger one takes the last."""
    x, wanted = convert(input), torch_type(type)
    if wanted.itemsize < x.dtype.itemsize:
        return x.unsqueeze(-1).view(wanted).reshape(*x.shape, -1)
    made = x.contiguous().view(wanted)
    return made.squeeze(-1) if wanted.itemsize > x.dtype.itemsize else made


@api(text="moves")
def zeros_like(input: Any, dtype: Any = None) -> torch.Tensor:
    """Zeros in the shape of another tensor."""
    return torch.zeros_like(convert(input), dtype=None if dtype is None else torch_type(dtype))


@api
def ones_like(input: Any, dtype: Any = None) -> torch.Tensor:
    """Ones in the shape of another tensor."""
    return torch.ones_like(convert(input), dtype=None if dtype is None else torch_type(dtype))


@api
def zeros(shape: Any, dtype: Any = dtypes.float32) -> torch.Tensor:
    """Zeros of a shape; empty strings for the type of text."""
    return _filled(shape, as_dtype(dtype), 0)


@api
def ones(shape: Any, dtype: Any = dtypes.float32) -> torch.Tensor:
    """Ones of a shape."""
    return _filled(shape, as_dtype(dtype), 1)


def _filled(shape: Any, dtype: DType, value: int) -> torch.Tensor:
    if dtype == dtypes.string:
        return of_places(torch.zeros(sizes(shape), dtype=torch.int64), np.array([b""], object))
    return torch.full(sizes(shape), value, dtype=torch_type(dtype), device=default_device())


@api(text="moves")
def fill(dims: Any, value: Any) -> torch.Tensor:
    """One value in every place of a shape."""
    return convert(value).expand(sizes(dims)).clone()


@api
def eye(num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = dtypes.float32) -> torch.Tensor:
    """Ones on the diagonal of a matrix, or of each of a batch."""
    rows = integer(num_rows)
    columns = rows if num_columns is None else integer(num_columns)
    made = torch.eye(rows, columns, dtype=torch_type(dtype), device=default_device())
    return made if batch_shape is None else made.expand(*sizes(batch_shape), rows, columns).clone()


@api
def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None) -> torch.Tensor:  # noqa: A001
    """Numbers from start to below limit, delta apart; ``range(limit)`` begins at 0."""
    if limit is None:
        start, limit = 0, start
    parts = [convert(part) for part in (start, limit, delta)]
    if dtype is None:
        kind = parts[0].dtype
        for part in parts[1:]:
            kind = torch.promote_types(kind, part.dtype)
    else:
        kind = torch_type(dtype)
    known = all(not isinstance(p, torch.Tensor) or "_static" in p.__dict__ for p in (start, limit, delta))
    if kind.is_floating_point:
        first, last, step = (float(p) for p in parts)
    else:
        first, last, step = (integer(p) for p in (start, limit, delta))
    if step == 0:
        raise InvalidArgumentError(None, None, "Requires delta != 0: 0 [Op:Range]")
    if (step > 0 and first > last) or (step < 0 and first < last):
        sign = "<=" if step > 0 else ">="
        raise InvalidArgumentError(None, None, f"Requires start {sign} limit when delta {'>' if step > 0 else '<'} 0: "
                                   f"{first}/{last} [Op:Range]")
    count = max(0, math.ceil((last - first) / step))
    made = torch.arange(count, device=default_device()).to(kind) * kind_of(step, kind) + kind_of(first, kind)
    return mark_static(made) if known else made


def kind_of(value: Any, kind: torch.dtype) -> Any:
    """A Python number of the kind that a type wants."""
    return float(value) if kind.is_floating_point else int(value)


@api
def linspace(start: Any, stop: Any, num: Any, axis: int = 0) -> torch.Tensor:
    """``num`` numbers from start to stop, evenly spaced, along a new axis."""
    first = convert(start)
    last = convert(stop, hint=type_of(first))
    count = integer(num)
    if count < 0:
        raise ValueError(f"Number of samples {count} must be non-negative.")
    kind = first.dtype
    if not kind.is_floating_point:
        first, last = first.double(), last.double()
    first, last = torch.broadcast_tensors(first, last)
    steps = torch.arange(count, device=first.device).to(first.dtype)
    delta = (last - first) / max(1, count - 1)
    made = first.unsqueeze(0) + delta.unsqueeze(0) * steps.reshape(-1, *[1] * first.dim())
    if count > 1:
        made = torch.cat([made[:-1], last.unsqueeze(0)])
    return torch.movedim(made.to(kind), 0, axis)


@api
def one_hot(
    indices: Any, depth: Any, on_value: Any = None, off_value: Any = None, axis: Any = None, dtype: Any = None
) -> torch.Tensor:
    """``on_value`` at the place of each index along a new axis, ``off_value`` elsewhere.

    Args:
        indices: whole numbers; those out of range give no ``on_value``.
        depth: the size of the new axis.
        on_value, off_value: default 1 and 0.
        axis: where the new axis goes. Default the last.
        dtype: default that of the values, else float32.
    """
    if dtype is None:
        known = next((v for v in (on_value, off_value) if v is not None), None)
        dtype = dtypes.float32 if known is None else type_of(convert(known))
    where = convert(indices)
    if where.dtype.is_floating_point:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'TI' of {type_of(where).spoken} is not in the list of allowed values: uint8, int8, int32, int64 "
            "[Op:OneHot]",
        )
    made = keras_one_hot(where, integer(depth), -1 if axis is None else integer(axis), "bool")
    if on_value is None and off_value is None:
        return made.to(torch_type(dtype))
    on = convert(1 if on_value is None else on_value, dtype)
    off = convert(0 if off_value is None else off_value, dtype)
    return torch.where(made, on, off)


@api
def meshgrid(*args: Any, indexing: str = "xy") -> list[torch.Tensor]:
    """Coordinates of a grid, one tensor for each axis."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` parameter must be either 'xy' or 'ij', got {indexing!r}")
    return [part.contiguous() for part in torch.meshgrid(*[convert(a) for a in args], indexing=indexing)] if args else []


@api
def complex(real: Any, imag: Any) -> torch.Tensor:  # noqa: A001
    """Complex numbers of real and imaginary parts."""
    first = convert(real)
    return torch.complex(first, convert(imag, hint=type_of(first)))


@api
def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool) -> torch.Tensor:
    """True at the first places of a new last axis, as many as each length says."""
    counts = convert(lengths)
    longest = integer(counts.max()) if maxlen is None else integer(maxlen)
    made = torch.arange(longest, device=counts.device) < counts.unsqueeze(-1)
    return made.to(torch_type(dtype))


@api(text="reads")
def is_tensor(x: Any) -> bool:
    """Whether something is a tensor or a variable."""
    return isinstance(x, torch.Tensor)


