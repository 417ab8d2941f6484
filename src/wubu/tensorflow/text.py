"""Tensors of text: whole numbers that say which entry of a table of byte strings stands at each place.

Everything that only moves elements (slicing, reshaping, gathering, stacking) works on the numbers as on any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.tensorflow.dtypes import DType, string
from wubu.tensorflow.tensor import Tensor, run, stripped


class StringTensor(Tensor):
    """Text in an array of any number of axes; elements are ``bytes``, as TensorFlow has them."""

    _own_type: DType = string
    _table: np.ndarray

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = [a for part in args for a in (part if isinstance(part, list | tuple) else (part,))]
        tables = [a._table for a in found if isinstance(a, StringTensor)]
        result = run(func, args, kwargs or {})
        if len({id(table) for table in tables}) == 1:
            _as_text(result, tables[0])
        return result

    def _text(self) -> np.ndarray:
        with torch._C.DisableTorchFunctionSubclass():
            places = torch.Tensor.numpy(torch.Tensor.detach(self).cpu())
        # Indexing with an array without axes would give the element instead of an array of it.
        return self._table[places] if places.ndim else _array_of(self._table[int(places)])

    def __deepcopy__(self, memo: dict[int, Any]) -> StringTensor:
        return of_places(stripped(self).clone(), self._table)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return of_array, (self._text(),)


def _array_of(element: Any) -> np.ndarray:
    made = np.empty((), object)
    made[()] = element
    return made


def _as_text(result: Any, table: np.ndarray) -> None:
    for part in result if isinstance(result, list | tuple) else (result,):
        if type(part) is Tensor and part.dtype is torch.int64:
            part.__class__ = StringTensor  # type: ignore[assignment]
            part._table = table  # type: ignore[attr-defined]


def of_places(places: torch.Tensor, table: np.ndarray) -> StringTensor:
    """Text from the numbers of entries in a table."""
    made = stripped(places)
    made.__class__ = StringTensor  # type: ignore[assignment]
    made._table = table  # type: ignore[attr-defined]
    return made  # type: ignore[return-value]


def of_array(array: Any) -> StringTensor:
    """Text from an array (or nested lists) of ``str`` or ``bytes``."""
    found = np.asarray(array, dtype=object)
    table = np.empty(found.size + 1, object)
    table[0] = b""  # what zeros mean
    for i, value in enumerate(found.reshape(-1), start=1):
        table[i] = as_bytes(value)
    return of_places(torch.arange(1, found.size + 1).reshape(found.shape), table)


def as_bytes(value: Any) -> bytes:
    """One element; ``str`` is written in UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, bytes):
        return bytes(value)
    raise TypeError(f"Expected text. Received: {value!r}")


def merged(parts: Sequence[StringTensor]) -> tuple[list[torch.Tensor], np.ndarray]:
    """The numbers of several tensors of text in one common table."""
    tables, offsets = [], {}
    size = 0
    for part in parts:
        if id(part._table) not in offsets:
            offsets[id(part._table)] = size
            tables.append(part._table)
            size += len(part._table)
    table = tables[0] if len(tables) == 1 else np.concatenate(tables)
    return [stripped(part) + offsets[id(part._table)] for part in parts], table


def values_of(tensor: Any) -> np.ndarray:
    """The elements of text as an array of ``bytes``; takes text in any form."""
    if isinstance(tensor, StringTensor):
        return tensor._text()
    return of_array(tensor)._text()


def scalar_of(value: Any) -> bytes:
    """One text in any form as bytes."""
    if isinstance(value, str | bytes):
        return as_bytes(value)
    return values_of(value)[()]  # type: ignore[return-value]
