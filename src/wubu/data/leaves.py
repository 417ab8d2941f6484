"""One array of the user's, as something that batches can be cut from.

NumPy arrays, torch tensors, tables and columns of pandas, sparse matrices of SciPy, nested lists of numbers and anything
that NumPy can read become a tensor. Floats become floatx, integers stay as they are; text stays a NumPy array, since
only layers that read text can use it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from wubu.core import border, settings
from wubu.core.dtypes import torch_dtype
from wubu.errors import DataError, EmptyDataError

# torch can store these but computes next to nothing with them.
_WIDER = {"uint16": np.int32, "uint32": np.int64, "uint64": np.int64}
_TEXT = "USO"


def is_array(value: Any) -> bool:
    """Whether something is one array (not a structure of several, and not a stream of batches)."""
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        return True
    if isinstance(value, list | tuple):
        return _is_numbers(value)
    if isinstance(value, Mapping | str | bytes):
        return False
    return _is_pandas(value) or _is_sparse(value) or (hasattr(value, "__array__") and hasattr(value, "shape"))


def is_arrays(structure: Any) -> bool:
    """Whether something is an array, None, or a non-empty structure of these."""
    if structure is None or is_array(structure):
        return True
    if isinstance(structure, Mapping):
        return bool(structure) and all(is_arrays(v) for v in structure.values())
    if isinstance(structure, list | tuple):
        return bool(structure) and all(is_arrays(v) for v in structure)
    return False


def map_arrays(function: Any, structure: Any, path: str) -> Any:
    """Apply ``function(array, path)`` to the arrays of a structure; lists of numbers are arrays, None stays None.

    Args:
        function: what to do with each array.
        structure: an array, or nested lists, tuples and dicts of arrays.
        path: what to call it in messages, such as ``"x"``; parts get ``x[0]`` or ``x['age']``.
    """
    if structure is None:
        return None
    if is_array(structure):
        return function(structure, path)
    if isinstance(structure, Mapping):
        return {k: map_arrays(function, v, f"{path}[{k!r}]") for k, v in structure.items()}
    if isinstance(structure, list | tuple):
        made = [map_arrays(function, v, f"{path}[{i}]") for i, v in enumerate(structure)]
        if isinstance(structure, tuple):
            return type(structure)(*made) if hasattr(structure, "_fields") else tuple(made)
        return made
    return function(structure, path)


def as_leaf(value: Any, path: str = "x") -> Any:
    """Return one array as a tensor on the CPU (or where a tensor is), or as a NumPy array when it holds text.

    Memory is shared where nothing has to be converted.

    Args:
        value: the array.
        path: what to call it in messages.

    Raises:
        DataError: when it holds neither numbers nor text, or has no axis of samples.
    """
    if isinstance(value, torch.Tensor):
        value = border.plain(value)  # a facade's text becomes an array
    if isinstance(value, torch.Tensor):
        tensor = value.detach()
        if tensor.is_sparse or tensor.layout is torch.sparse_csr:
            tensor = tensor.to_dense()
        tensor = tensor.to(torch_dtype(settings.floatx())) if _wrong_float(tensor.dtype) else tensor
        return _checked(tensor.as_subclass(torch.Tensor), path)
    array = _as_numpy(value, path)
    if array.dtype.kind in _TEXT:
        return _checked(_text_or_numbers(array, path), path)
    return _checked(_as_tensor(array, path), path)


def _as_tensor(array: np.ndarray, path: str) -> torch.Tensor:
    if array.dtype == np.float32 and array.flags.c_contiguous and array.flags.writeable:  # most arrays, many times
        tensor = torch.from_numpy(array)
        return tensor.to(torch_dtype(settings.floatx())) if _wrong_float(tensor.dtype) else tensor
    if array.dtype.kind not in "biufc":
        raise DataError(
            f"Expected numbers in {path}. Received: {array.dtype}. Try: turn dates and the like into numbers first"
        )
    if array.dtype.name in _WIDER:
        array = array.astype(_WIDER[array.dtype.name])
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.name in ("float128", "longdouble"):
        array = array.astype(np.float64)
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    with warnings.catch_warnings():  # read-only arrays: nothing here writes into data
        warnings.simplefilter("ignore")
        tensor = torch.from_numpy(array)
    return tensor.to(torch_dtype(settings.floatx())) if _wrong_float(tensor.dtype) else tensor


def _wrong_float(dtype: torch.dtype) -> bool:
    return dtype.is_floating_point and dtype is not torch_dtype(settings.floatx())


def _as_numpy(value: Any, path: str) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    if _is_pandas(value):
        return _from_pandas(value, path)
    if _is_sparse(value):
        return np.asarray(value.todense())
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DataError(
            f"Expected {path} to be an array. Received: a list whose parts differ in length ({error}). "
            "Try: pad them to one length"
        ) from error
    return array


def _text_or_numbers(array: np.ndarray, path: str) -> Any:
    """Arrays of objects are numbers that lost their type, or text."""
    if array.dtype.kind != "O":
        return array
    values = array.reshape(-1).tolist()
    if any(isinstance(v, str | bytes) for v in values[:1000]) and all(isinstance(v, str | bytes) for v in values):
        return array
    try:
        return _as_tensor(array.astype(settings.floatx() if settings.floatx() != "bfloat16" else "float32"), path)
    except (TypeError, ValueError) as error:
        example = next((v for v in values if not isinstance(v, bool | int | float | np.generic)), None)
        raise DataError(
            f"Expected numbers in {path}. Received: objects such as {example!r:.80}. "
            "Try: turn categories into numbers first, and lists of unequal length into padded arrays"
        ) from error


def _from_pandas(value: Any, path: str) -> np.ndarray:
    """A table as one array: of floatx when any column is of floats, else of the columns' common type."""
    if not hasattr(value, "columns"):
        return np.asarray(value)
    array = value.to_numpy()
    if array.dtype.kind != "O":
        return array
    for name in value.columns:
        try:
            np.asarray(value[name]).astype("float64")
        except (TypeError, ValueError) as error:
            raise DataError(
                f"Expected numbers in every column of {path}. Received: column {name!r} of {value[name].dtype}, with "
                f"values such as {value[name].iloc[0]!r:.60}. Try: pandas.get_dummies({path}), or drop the column"
            ) from error
    return array.astype("float64")


def _checked(leaf: Any, path: str) -> Any:
    if len(leaf.shape) == 0:
        raise DataError(
            f"Expected {path} to have an axis of samples. Received: one value, {leaf.item()!r:.80}. "
            "Try: an array of shape (samples, …)"
        )
    return leaf


def check_lengths(named: list[tuple[str, Any]]) -> int:
    """Return the number of samples that all arrays have.

    Args:
        named: paths and leaves.

    Raises:
        EmptyDataError: when there is none.
        DataError: when they differ.
    """
    lengths = {path: int(leaf.shape[0]) for path, leaf in named}
    found = set(lengths.values())
    if len(found) > 1:
        sizes = ", ".join(f"{path}: {size}" for path, size in lengths.items())
        raise DataError(
            "Data cardinality is ambiguous: expected the same number of samples in every array. "
            f"Received: {sizes}.{_stack_hint(lengths)}"
        )
    if not found or found == {0}:
        raise EmptyDataError("Expected at least one sample. Received: an empty data set")
    return found.pop()


def _stack_hint(lengths: dict[str, int]) -> str:
    parts = [path for path in lengths if path.startswith("x[") and path[2:3].isdigit()]
    if lengths.get("y") == len(parts) > 1:
        return f" x is a list of {len(parts)} arrays, which means {len(parts)} inputs. Try: np.stack(x)"
    return " Try: compare the shapes"


def _is_numbers(value: Any) -> bool:
    """Whether a list is one of numbers or text, at any depth: it is judged by its first part."""
    while isinstance(value, list | tuple):
        if not value:
            return False
        value = value[0]
    return isinstance(value, bool | int | float | str | bytes | np.generic)


def _is_pandas(value: Any) -> bool:
    return type(value).__module__.split(".")[0] == "pandas" and hasattr(value, "to_numpy")


def _is_sparse(value: Any) -> bool:
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "tocsr")
