"""Data types: Keras's names on one side, torch's objects on the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.errors import ArgumentError

TORCH: dict[str, torch.dtype] = {
    "bool": torch.bool,
    "uint8": torch.uint8,
    "uint16": torch.uint16,
    "uint32": torch.uint32,
    "uint64": torch.uint64,
    "int8": torch.int8,
    "int16": torch.int16,
    "int32": torch.int32,
    "int64": torch.int64,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
    "complex64": torch.complex64,
    "complex128": torch.complex128,
}
_NAMES = {v: k for k, v in TORCH.items()}
_PYTHON = {bool: "bool", int: "int64", float: None, str: "string"}


def standardize_dtype(dtype: Any) -> str:
    """Return Keras's name of a dtype given as a name, a torch, NumPy or Python type; None is floatx.

    Example:
        >>> standardize_dtype(torch.float32)
        'float32'
    """
    if dtype is None:
        return settings.floatx()
    if isinstance(dtype, torch.dtype):
        if dtype in _NAMES:
            return _NAMES[dtype]
    elif isinstance(dtype, str):
        name = dtype.removeprefix("torch.")
        name = {"half": "float16", "float": "float32", "double": "float64", "int": "int32", "long": "int64"}.get(
            name, name
        )
        if name in TORCH or name == "string":
            return name
    elif isinstance(dtype, type) and dtype in _PYTHON:
        return _PYTHON[dtype] or settings.floatx()
    elif hasattr(dtype, "name") and isinstance(dtype.name, str) and dtype.name in (*TORCH, "string"):
        return dtype.name
    else:
        try:
            name = np.dtype(dtype).name
        except TypeError:
            name = ""
        if name in TORCH:
            return name
        if name.startswith(("str", "object", "bytes")):
            return "string"
    raise ArgumentError(f"Expected a data type such as 'float32'. Received: {dtype!r}. Known: {', '.join(TORCH)}")


def torch_dtype(dtype: Any) -> torch.dtype:
    """Return torch's dtype for anything that ``standardize_dtype`` understands."""
    if isinstance(dtype, torch.dtype):
        return dtype
    name = standardize_dtype(dtype)
    if name not in TORCH:
        raise ArgumentError(f"Tensors hold numbers, not {name!r}.")
    return TORCH[name]


def is_float(dtype: Any) -> bool:
    """Whether a dtype is a floating-point type."""
    return standardize_dtype(dtype) in ("float16", "bfloat16", "float32", "float64")


def is_int(dtype: Any) -> bool:
    """Whether a dtype is an integer type (not bool)."""
    name = standardize_dtype(dtype)
    return name.startswith(("int", "uint"))
