"""Python's and NumPy's values as tensors, by TensorFlow's rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core.capture import is_capturing
from wubu.core.device import default_device
from wubu.tensorflow import dtypes
from wubu.tensorflow.dtypes import DType, as_dtype, torch_type
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import Tensor, host_value, shown, stripped, type_of
from wubu.tensorflow.text import StringTensor, of_array, values_of

_UNSUPPORTED = "Attempt to convert a value ({}) with an unsupported type ({}) to a Tensor."


def convert(value: Any, dtype: Any = None, hint: Any = None) -> torch.Tensor:
    """Any value as a plain torch tensor (text as a ``StringTensor``).

    Args:
        value: a tensor, an array, a number, text, or nested lists of these.
        dtype: the type that it must have. Tensors have to have it already; numbers are cast where nothing is lost.
        hint: the type to prefer where the value allows it.

    Raises:
        ValueError: for a tensor of another type, a list whose parts differ in length, or something without values.
        TypeError: for a number that the type cannot hold.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(value, torch.Tensor):
        return _checked(value, wanted)
    if hasattr(value, "__tf_tensor__"):
        return convert(value.__tf_tensor__(wanted, None), wanted)
    if wanted is None and hint is not None:
        try:
            return convert(value, hint)
        except (TypeError, ValueError):
            wanted = None
    if isinstance(value, np.ndarray | np.generic):
        return _of_array(value, wanted)
    if isinstance(value, TensorShape):
        value = _known_sizes(value)
    if isinstance(value, list | tuple) and _holds_tensors(value):
        return _stacked(value, wanted)
    if isinstance(value, range):
        value = list(value)
    if not isinstance(value, bool | int | float | complex | str | bytes | list | tuple):
        if hasattr(value, "__array__"):
            return _of_array(np.asarray(value), wanted)
        raise ValueError(_UNSUPPORTED.format(value, type(value)))
    return _of_python(value, wanted)


def _checked(value: torch.Tensor, wanted: DType | None) -> torch.Tensor:
    if wanted is not None and type_of(value) != wanted:
        raise ValueError(
            f"Tensor conversion requested dtype {wanted.name} for Tensor with dtype {type_of(value).name}: {shown(value)!r}"
        )
    return value if isinstance(value, StringTensor) else stripped(value)


def _of_array(value: Any, wanted: DType | None) -> torch.Tensor:
    array = np.asarray(value)
    if array.dtype.kind in "SUO":
        if array.dtype.kind == "O" and (wanted is None or wanted != dtypes.string):
            if not array.size or not all(isinstance(v, str | bytes) for v in array.reshape(-1)):
                return _of_python(array.tolist(), wanted)
        return _text(array, wanted)
    if wanted is not None and wanted == dtypes.string:
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype string")
    if array.dtype.name == "bfloat16":
        return _placed(array.astype(np.float32)).to(torch.bfloat16)
    if array.dtype.kind not in "biufc":
        raise ValueError(f"Failed to convert a NumPy array to a Tensor (Unsupported object type {array.dtype}).")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    made = _placed(array)
    return made if wanted is None else made.to(torch_type(wanted))


def _text(array: Any, wanted: DType | None) -> torch.Tensor:
    if wanted is not None and wanted != dtypes.string:
        first = np.asarray(array, dtype=object).reshape(-1)[:1]
        raise TypeError(f"Cannot convert {first[0]!r} to EagerTensor of dtype {wanted.name}")
    return of_array(array)


def _of_python(value: Any, wanted: DType | None) -> torch.Tensor:
    kinds = _kinds(value)
    if str in kinds:
        if len(kinds) > 1:
            raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
        return _text(_rectangular(value, object), wanted)
    if wanted is not None and wanted == dtypes.string:
        raise TypeError(f"Cannot convert {_first(value)!r} to EagerTensor of dtype string")
    if bool in kinds and len(kinds) > 1 and wanted is None:
        raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
    own = _type_of_kinds(kinds, value)
    if wanted is None:
        wanted = own
    elif kinds and (own.is_floating and not (wanted.is_floating or wanted.is_complex)) or (
        wanted.is_bool and not own.is_bool and kinds
    ) or (own.is_complex and not wanted.is_complex):
        raise TypeError(f"Cannot convert {_first(value)!r} to EagerTensor of dtype {wanted.name}")
    array = _rectangular(value, own.as_numpy_dtype if not own.is_integer else None)
    if array.dtype.kind == "O":  # whole numbers beyond 64 bits
        raise ValueError(f"Can't convert Python sequence with out-of-range integer to Tensor. Received: {value!r:.80}")
    if array.dtype.kind == "f" and wanted.is_floating:
        return _placed(array.astype(np.float64)).to(torch_type(wanted))
    return _placed(array).to(torch_type(wanted))


def _type_of_kinds(kinds: set[type], value: Any) -> DType:
    if complex in kinds:
        return dtypes.complex128
    if np.float64 in kinds:
        return dtypes.float64
    if float in kinds or not kinds:
        return dtypes.float32
    if bool in kinds:
        return dtypes.bool
    array = _rectangular(value, None)
    if array.dtype.kind in "iu" and array.size and not -(2**31) <= array.min() <= array.max() < 2**31:
        return dtypes.int64
    return dtypes.int32


def _kinds(value: Any) -> set[type]:
    """The kinds of numbers within: bool, int, float, complex, str, and np.float64 for those that say so themselves."""
    if isinstance(value, list | tuple):
        found: set[type] = set()
        for part in value:
            found |= _kinds(part)
        return found
    if isinstance(value, np.ndarray | np.generic):
        kind = value.dtype.kind
        if kind == "f":
            return {np.float64 if value.dtype == np.float64 else float}
        return {{"b": bool, "i": int, "u": int, "c": complex, "f": float}.get(kind, str)}
    for kind in (bool, int, float, complex):
        if isinstance(value, kind):
            return {kind}
    if isinstance(value, str | bytes):
        return {str}
    raise ValueError(_UNSUPPORTED.format(value, type(value)))


def _rectangular(value: Any, dtype: Any) -> np.ndarray:
    try:
        array = np.array(value, dtype=dtype)
    except ValueError as error:
        raise ValueError("Can't convert non-rectangular Python sequence to Tensor.") from error
    if dtype is object and any(isinstance(v, list | tuple) for v in array.reshape(-1)):
        raise ValueError("Can't convert non-rectangular Python sequence to Tensor.")
    return array


def _first(value: Any) -> Any:
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return value


def _placed(array: np.ndarray) -> torch.Tensor:
    """A copy on the device in use."""
    made = torch.from_numpy(np.array(array, order="C"))
    if is_capturing():
        # A literal: whoever records keeps its value instead of a reference to this object.
        return torch.tensor(array.tolist(), dtype=made.dtype, device=default_device()).reshape(array.shape)
    return made.to(default_device())


def _holds_tensors(value: Any) -> bool:
    return any(
        isinstance(part, torch.Tensor) or (isinstance(part, list | tuple) and _holds_tensors(part)) for part in value
    )


def _stacked(value: Any, wanted: DType | None) -> torch.Tensor:
    """A list with tensors in it, which decide the type."""
    kind = wanted or _first_type(value)
    parts = [convert(part, kind if not isinstance(part, torch.Tensor) else wanted) for part in value]
    if any(isinstance(part, StringTensor) for part in parts):
        return of_array(np.stack([values_of(part) for part in parts]))
    if all("_static" in part.__dict__ for part in value if isinstance(part, torch.Tensor)) and is_capturing():
        from wubu.tensorflow.tensor import on_host

        return stripped(on_host(torch.stack, [stripped(p) for p in parts]))
    return torch.stack(parts)


def _first_type(value: Any) -> DType | None:
    for part in value:
        if isinstance(part, torch.Tensor):
            return type_of(part)
        if isinstance(part, list | tuple):
            found = _first_type(part)
            if found is not None:
                return found
    return None


def _known_sizes(shape: TensorShape) -> list[int]:
    if not shape.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {shape} to a Tensor.")
    return [int(size) for size in shape]


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape argument (a list, a tensor, a TensorShape, one number) as whole numbers; -1 stays.

    Values of tensors are read; of those that follow from shapes also while a step is recorded.
    """
    if isinstance(shape, torch.Tensor):
        return tuple(int(n) for n in np.atleast_1d(host_value_of(shape)))
    if isinstance(shape, TensorShape):
        return tuple(_known_sizes(shape))
    if isinstance(shape, list | tuple):
        return tuple(-1 if size is None else integer(size) for size in shape)
    if isinstance(shape, np.ndarray):
        return tuple(int(n) for n in np.atleast_1d(shape))
    return (integer(shape),)


def integer(value: Any) -> int:
    """A whole number that may be a tensor."""
    if isinstance(value, torch.Tensor):
        return int(host_value_of(value))
    return int(value)


def host_value_of(value: Any) -> np.ndarray:
    """The value of a tensor of either kind, or of anything else, as an array."""
    if isinstance(value, torch.Tensor):
        return host_value(value)
    return np.asarray(value)


def axes(axis: Any) -> Any:
    """An axis argument as a whole number, a tuple of them, or None."""
    if axis is None or isinstance(axis, int):
        return axis
    if isinstance(axis, torch.Tensor | np.ndarray | np.generic):
        axis = host_value_of(axis).tolist()
        return axis if isinstance(axis, int) else tuple(axis)
    return tuple(integer(a) for a in axis)


def is_facades(value: Any) -> bool:
    """Whether something is a tensor of the facade."""
    return isinstance(value, Tensor)
