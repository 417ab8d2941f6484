"""Types under TensorFlow's names: ``tf.float32`` and its like."""

from __future__ import annotations

import builtins
import importlib
from typing import Any

import numpy as np
import torch

from wubu.core.dtypes import TORCH

# fmt: off
__all__ = [
    "DType", "as_dtype", "bfloat16", "bool", "complex128", "complex64", "double", "float16", "float32",
    "float64", "half", "int16", "int32", "int64", "int8", "resource", "string", "uint16", "uint32", "uint64",
    "uint8", "variant",
]
# fmt: on

# TensorFlow's numbers of the types, as its files have them.
_ENUM = {
    "float32": 1,
    "float64": 2,
    "int32": 3,
    "uint8": 4,
    "int16": 5,
    "int8": 6,
    "string": 7,
    "complex64": 8,
    "int64": 9,
    "bool": 10,
    "bfloat16": 14,
    "uint16": 17,
    "complex128": 18,
    "float16": 19,
    "resource": 20,
    "variant": 21,
    "uint32": 22,
    "uint64": 23,
}
# What the kernels call the types in their messages.
_SPOKEN = {"float32": "float", "float64": "double", "float16": "half"}


class DType:
    """The type of a tensor's numbers.

    Equal to everything that names the same type: ``tf.float32 == "float32"``, ``== np.float32``, ``== torch.float32``.

    Args:
        name: such as ``"float32"``.

    Attributes:
        name: the name.
        torch: torch's type; None for text and other things that torch does not hold.
        spoken: the name in messages of operations.

    Example:
        >>> tf.float32, str(tf.float32)
        (tf.float32, "<dtype: 'float32'>")
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.torch: torch.dtype | None = TORCH.get(name)
        self.spoken = _SPOKEN.get(name, name)

    @property
    def as_datatype_enum(self) -> int:
        """The number that the type has in TensorFlow's files."""
        return _ENUM[self.name]

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's type: ``np.float32``; ``object`` for text."""
        if self.name == "string":
            return builtins.object
        if self.name == "bfloat16":
            return _bfloat16()
        return np.bool_ if self.name == "bool" else getattr(np, self.name)

    @property
    def base_dtype(self) -> DType:
        """The type itself."""
        return self

    @property
    def real_dtype(self) -> DType:
        """The type of the real part."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

    @property
    def is_floating(self) -> builtins.bool:
        """Whether it is a floating-point type."""
        return self.torch is not None and self.torch.is_floating_point

    @property
    def is_complex(self) -> builtins.bool:
        """Whether it is a complex type."""
        return self.torch is not None and self.torch.is_complex

    @property
    def is_integer(self) -> builtins.bool:
        """Whether it is a type of whole numbers (bool is none)."""
        return self.name.startswith(("int", "uint"))

    @property
    def is_unsigned(self) -> builtins.bool:
        """Whether it is a type of whole numbers from 0."""
        return self.name.startswith("uint")

    @property
    def is_bool(self) -> builtins.bool:
        """Whether it is bool."""
        return self.name == "bool"

    @property
    def is_numeric(self) -> builtins.bool:
        """Whether it holds numbers."""
        return self.torch is not None and not self.is_bool

    @property
    def is_quantized(self) -> builtins.bool:
        """No type here is."""
        return False

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        """Whether NumPy has it."""
        return self.name not in ("resource", "variant")

    @property
    def size(self) -> int:
        """The bytes of one number; 0 for text."""
        return 0 if self.torch is None else self.torch.itemsize

    @property
    def min(self) -> Any:
        """The smallest number of the type."""
        return self._limits()[0]

    @property
    def max(self) -> Any:
        """The largest number of the type."""
        return self._limits()[1]

    @property
    def limits(self) -> Any:
        """The smallest and the largest intensity of a picture: 0 and 1 for floats."""
        if self.is_floating:
            return -1, 1
        return (0, 1) if self.is_bool else (int(self.min), int(self.max))

    def _limits(self) -> tuple[Any, Any]:
        if self.torch is None or self.is_complex:
            raise TypeError(f"Cannot find minimum value of {self}.")
        if self.is_bool:
            return False, True
        if self.name == "bfloat16":
            found = torch.finfo(torch.bfloat16)
            return found.min, found.max
        info: Any = np.finfo(self.as_numpy_dtype) if self.is_floating else np.iinfo(self.as_numpy_dtype)
        return (info.min, info.max) if self.is_floating else (int(info.min), int(info.max))

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether tensors of another type can stand for ones of this."""
        return self == other

    def __eq__(self, other: object) -> builtins.bool:
        if isinstance(other, DType):
            return self.name == other.name
        if other is None:
            return False
        if isinstance(other, torch.dtype):
            return self.torch is other
        try:
            return self.name == as_dtype(other).name
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.torch) if self.torch is not None else hash(self.name)

    def __int__(self) -> int:
        return self.as_datatype_enum

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __reduce__(self) -> Any:
        return as_dtype, (self.name,)


def _bfloat16() -> Any:
    try:
        import ml_dtypes
    except ImportError:  # NumPy has no such type of its own
        return np.float32
    return ml_dtypes.bfloat16


bfloat16 = DType("bfloat16")
bool = DType("bool")
complex64 = DType("complex64")
complex128 = DType("complex128")
float16 = DType("float16")
float32 = DType("float32")
float64 = DType("float64")
int8 = DType("int8")
int16 = DType("int16")
int32 = DType("int32")
int64 = DType("int64")
resource = DType("resource")
string = DType("string")
uint8 = DType("uint8")
uint16 = DType("uint16")
uint32 = DType("uint32")
uint64 = DType("uint64")
variant = DType("variant")
double, half = float64, float16

_KNOWN = {value.name: value for value in list(globals().values()) if isinstance(value, DType)}
_OF_TORCH = {value.torch: value for value in _KNOWN.values() if value.torch is not None}
_ALIASES = {"double": "float64", "half": "float16", "float": "float32", "str": "string", "object": "string"}
_PYTHON = {builtins.float: float32, builtins.int: int32, builtins.bool: bool, str: string, bytes: string, object: string}


def as_dtype(type_value: Any) -> DType:
    """The type that a name, a number of TensorFlow's, or a type of NumPy, torch or Python means.

    Raises:
        TypeError: when it names none.

    Example:
        >>> tf.as_dtype(np.float32), tf.as_dtype("int64")
        (tf.float32, tf.int64)
    """
    if isinstance(type_value, DType):
        return type_value
    if isinstance(type_value, torch.dtype):
        return _OF_TORCH[type_value]
    if isinstance(type_value, str):
        name = _ALIASES.get(type_value, type_value)
        if name in _KNOWN:
            return _KNOWN[name]
    elif isinstance(type_value, int):
        for name, number in _ENUM.items():
            if number == type_value:
                return _KNOWN[name]
    elif isinstance(type_value, type) and type_value in _PYTHON:
        return _PYTHON[type_value]
    elif type_value is not None:
        try:
            found = np.dtype(type_value)
        except TypeError:
            found = None
        if found is not None and found.name in _KNOWN:
            return _KNOWN[found.name]
        if found is not None and found.kind in "SUO":
            return string
        if hasattr(type_value, "dtype") and not isinstance(type_value, type):
            return as_dtype(type_value.dtype)
    raise TypeError(f"Cannot convert the argument `type_value`: {type_value!r} to a TensorFlow DType.")


def torch_type(dtype: Any) -> torch.dtype:
    """torch's type for anything that ``as_dtype`` understands.

    Raises:
        TypeError: for text, which torch does not hold.
    """
    if isinstance(dtype, torch.dtype):
        return dtype
    found = as_dtype(dtype)
    if found.torch is None:
        raise TypeError(f"Expected a type of numbers. Received: {found!r}")
    return found.torch


def __getattr__(name: str) -> Any:
    if name in ("cast", "complex", "saturate_cast"):  # defined above this file
        return getattr(importlib.import_module("wubu.tensorflow.creation"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
