"""Elements of a data set: nested tuples and dicts whose leaves are tensors, text, or None.

A list is no structure here but a tensor written out, as in tf.data. Text is a NumPy array of ``bytes`` (see ``Text``).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core import border, nest, settings
from wubu.core.dtypes import torch_dtype
from wubu.data.dataset.memory import empty
from wubu.errors import DataError

# torch can store these but computes next to nothing with them.
_WIDER = {"uint16": np.int32, "uint32": np.int64, "uint64": np.int64}


class Text(np.ndarray):
    """An array of ``bytes``, as TensorFlow keeps text; one string is an array without axes.

    Example:
        >>> text = Text.of("a cat")
        >>> text.numpy(), str(text)
        (b'a cat', 'a cat')
    """

    @classmethod
    def of(cls, value: Any) -> Text:
        """Make text from a string, from bytes, or from (nested lists or an array of) these."""
        array = np.asarray(value)
        if array.dtype.kind == "S":
            array = array.astype(object)
        elif array.dtype.kind == "U":
            array = np.char.encode(array, "utf-8").astype(object)
        elif array.dtype.kind != "O":
            raise DataError(f"Expected text. Received: {array.dtype}")
        else:
            array = _encoded(array)
        return array.view(cls)

    def numpy(self) -> Any:
        """One string as bytes; several as an array of bytes."""
        return self.item() if self.ndim == 0 else self.view(np.ndarray)

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _scalar_text(found) if isinstance(found, bytes) else found

    def __fspath__(self) -> str:
        return self.item().decode("utf-8", "surrogateescape")

    def __str__(self) -> str:
        return self.item().decode("utf-8", "replace") if self.ndim == 0 else super().__str__()


def _scalar_text(value: bytes) -> Text:
    array = np.empty((), object)
    array[()] = value
    return array.view(Text)


def _encoded(array: np.ndarray) -> np.ndarray:
    made = np.empty(array.shape, object)
    flat, source = made.reshape(-1), array.reshape(-1)
    for i, value in enumerate(source):
        if isinstance(value, str):
            value = value.encode("utf-8", "surrogateescape")
        elif isinstance(value, np.ndarray) and value.ndim == 0:
            value = value.item()
        if not isinstance(value, bytes):
            raise DataError(f"Expected text. Received: {value!r:.80} of type {type(value).__name__} among strings")
        flat[i] = value
    return made


def as_element(value: Any) -> Any:
    """Turn whatever a user gives as one element into a structure of tensors and text.

    Tuples and dicts are structure; arrays keep their type, Python's numbers become int32 and floatx, lists become
    tensors.
    """
    if isinstance(value, torch.Tensor):
        return _plain(value)
    if isinstance(value, tuple):
        made = [as_element(v) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
    if isinstance(value, Mapping):
        return {k: as_element(v) for k, v in value.items()}
    return as_leaf(value)


def as_leaf(value: Any) -> Any:
    """One value as a tensor or as text; None, and a data set within a data set, stay as they are."""
    if isinstance(value, torch.Tensor):
        return _plain(value)
    if value is None or isinstance(value, Text) or hasattr(type(value), "element_spec"):
        return value
    if isinstance(value, bytes):
        return _scalar_text(value)
    if isinstance(value, str):
        return _scalar_text(value.encode("utf-8", "surrogateescape"))
    if isinstance(value, list | tuple) and any(isinstance(v, torch.Tensor) for v in value):
        return _stack([as_leaf(v) for v in value])
    return _from_array(value)


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    if type(tensor) is not torch.Tensor:
        tensor = tensor.as_subclass(torch.Tensor)
    return tensor.detach() if tensor.requires_grad else tensor


def _from_array(value: Any) -> Any:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DataError(
            f"Expected lists of equal length. Received: {error}. Try: Dataset.from_generator and padded_batch"
        ) from error
    if array.dtype.kind in "USO":
        if array.dtype.kind == "O" and not any(isinstance(v, str | bytes) for v in array.reshape(-1)[:100]):
            return _numbers_of_objects(array, value)
        return Text.of(array)
    if array.dtype.kind == "V":
        raise DataError(f"Expected numbers or text. Received: an array of {array.dtype}")
    if array.dtype.kind in "mM":
        raise DataError(f"Expected numbers or text. Received: {array.dtype}. Try: turn dates into numbers first")
    wanted = _type_of_numbers(value, array)
    if wanted is not None:
        array = array.astype(wanted)
    elif array.dtype.name in _WIDER:
        array = array.astype(_WIDER[array.dtype.name])
    elif not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if any(stride < 0 for stride in array.strides):
        array = np.ascontiguousarray(array)
    with warnings.catch_warnings():  # read-only arrays: whatever is handed out is a copy
        warnings.simplefilter("ignore")
        return torch.from_numpy(array)


def _numbers_of_objects(array: np.ndarray, value: Any) -> torch.Tensor:
    try:
        return torch.from_numpy(array.astype(settings.floatx()))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"Expected numbers, text, tuples or dicts. Received: {value!r:.100} of type {type(value).__name__}"
        ) from error


def _type_of_numbers(value: Any, array: np.ndarray) -> Any:
    """The type that Python's numbers take; None for values that have a type of their own."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float | list | tuple) or isinstance(value, np.generic):
        return None
    if array.dtype.kind == "f":
        name = settings.floatx()
        return np.float32 if name == "bfloat16" else np.dtype(name)
    if array.dtype.kind in "iu" and (not array.size or -(2**31) <= array.min() <= array.max() < 2**31):
        return np.int32
    return None


def cast_leaf(value: Any, dtype: Any) -> Any:
    """One value with a type that was declared for it.

    Args:
        value: a number, an array, text…
        dtype: a torch dtype, or ``"string"``.
    """
    leaf = as_leaf(value)
    if dtype == "string":
        return leaf if isinstance(leaf, Text) else Text.of(value)
    if isinstance(leaf, Text):
        raise DataError(f"Expected a number of type {dtype}. Received: {value!r:.80}")
    return leaf.to(torch_dtype(dtype))


def stack(elements: Sequence[Any], first: int | None = None) -> Any:
    """Put elements on top of one another along a new first axis.

    Args:
        elements: at least one.
        first: the number of the first in its data set, for messages.

    Raises:
        DataError: when they differ in structure, shape or type; the number of the one that differs is given.
    """
    head = elements[0]
    if isinstance(head, torch.Tensor) and all(isinstance(e, torch.Tensor) for e in elements):
        return _stack(elements, first)
    if not nest.is_nested(head):
        return _stack(elements, first)
    for i, element in enumerate(elements):
        if not same_structure(head, element):
            raise DataError(
                f"The elements of a data set need one structure. Received: {describe(head)}, then "
                f"{_number(first, i)}{describe(element)}"
            )
    columns = zip(*(nest.flatten(e) for e in elements))
    return nest.pack_sequence_as(head, [_stack(column, first) for column in columns])


def _stack(leaves: Sequence[Any], first: int | None = None) -> Any:
    head = leaves[0]
    if isinstance(head, torch.Tensor):
        if all(isinstance(v, torch.Tensor) and v.shape == head.shape and v.dtype is head.dtype for v in leaves):
            if head.device.type != "cpu" or not head.numel():
                return torch.stack(list(leaves))
            return torch.stack(list(leaves), out=empty((len(leaves), *head.shape), head.dtype))
        kinds = [(tuple(v.shape), v.dtype) if isinstance(v, torch.Tensor) else (None, type(v)) for v in leaves]
        i = next((i for i, kind in enumerate(kinds) if kind[0] != kinds[0][0]), None)
        if i is None:
            i = next((i for i, kind in enumerate(kinds) if kind != kinds[0]), 0)
        raise DataError(
            f"The elements of a batch need one shape and type. Received: {_kind(leaves[0])}, then "
            f"{_number(first, i)}{_kind(leaves[i])}. Try: resize or pad them first, or padded_batch"
        )
    if isinstance(head, Text):
        if any(not isinstance(v, Text) or v.shape != head.shape for v in leaves):
            raise DataError(
                "The elements of a batch need one shape. Received: text of different shapes, or not only text"
            )
        made = np.empty((len(leaves), *head.shape), object)
        for i, leaf in enumerate(leaves):
            made[i] = leaf if leaf.ndim else leaf.item()
        return made.view(Text)
    if all(v is None for v in leaves):
        return None
    if any(isinstance(v, torch.Tensor) for v in leaves):
        raise DataError("The elements of a data set need one structure. Received: None and tensors in one place")
    raise DataError(f"Expected tensors or text to batch. Received: {type(head).__name__}. Try: flat_map")


def _number(first: int | None, i: int) -> str:
    return f"number {first + i} with " if first is not None else f"number {i} of the batch with "


def _kind(leaf: Any) -> str:
    if not isinstance(leaf, torch.Tensor):
        return type(leaf).__name__
    return f"shape {tuple(leaf.shape)} of {str(leaf.dtype).removeprefix('torch.')}"


def same_structure(a: Any, b: Any) -> bool:
    """Whether two elements have the same tuples and dicts around their leaves."""
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(same_structure(x, y) for x, y in zip(a, b))
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and a.keys() == b.keys() and all(same_structure(a[k], b[k]) for k in a)
    return not isinstance(b, tuple | Mapping)


def describe(element: Any) -> str:
    """The form of an element, such as ``(float32[28, 28], int32[])``."""
    if isinstance(element, tuple):
        return f"({', '.join(describe(e) for e in element)}{',' if len(element) == 1 else ''})"
    if isinstance(element, Mapping):
        return "{" + ", ".join(f"{k!r}: {describe(v)}" for k, v in element.items()) + "}"
    if isinstance(element, torch.Tensor):
        return f"{str(element.dtype).removeprefix('torch.')}{list(element.shape)}"
    if isinstance(element, Text):
        return f"string{list(element.shape)}"
    return "None" if element is None else type(element).__name__


def count_rows(rows: Any) -> int:
    """How many elements are stacked in a structure."""
    for leaf in nest.flatten(rows):
        if leaf is not None:
            return int(leaf.shape[0])
    return 0


def row(rows: Any, i: int) -> Any:
    """Element number ``i`` of stacked ones, as a copy that may be changed."""
    return nest.map_structure(lambda leaf: _row(leaf, i), rows)


def _row(leaf: Any, i: int) -> Any:
    if leaf is None:
        return None
    found = leaf[i]
    return found.clone() if isinstance(found, torch.Tensor) else found


def cut(rows: Any, start: int, stop: int) -> Any:
    """Elements ``start`` to ``stop`` of stacked ones, as views."""
    return nest.map_structure(lambda leaf: None if leaf is None else leaf[start:stop], rows)


def picked(leaf: Any, index: torch.Tensor) -> Any:
    """The rows of a leaf with these numbers."""
    if leaf is None:
        return None
    return leaf.index_select(0, index) if isinstance(leaf, torch.Tensor) else leaf[index.numpy()]


def join(parts: Sequence[Any]) -> Any:
    """Stacked elements behind one another."""
    if len(parts) == 1:
        return parts[0]
    columns = list(zip(*(nest.flatten(p) for p in parts)))
    return nest.pack_sequence_as(parts[0], [_join(column) for column in columns])


def _join(leaves: Sequence[Any]) -> Any:
    if leaves[0] is None:
        return None
    if isinstance(leaves[0], torch.Tensor):
        return torch.cat(list(leaves))
    return np.concatenate(leaves).view(Text)


def copied(element: Any) -> Any:
    """An element whose tensors may be changed without changing the original's."""
    if isinstance(element, torch.Tensor):
        return element.clone()
    return nest.map_structure(lambda leaf: leaf.clone() if isinstance(leaf, torch.Tensor) else leaf, element)


def byte_size(structure: Any) -> int:
    """Bytes of the tensors of a structure; text is counted by its pointers."""
    return sum(
        leaf.numel() * leaf.element_size() if isinstance(leaf, torch.Tensor) else getattr(leaf, "nbytes", 0)
        for leaf in nest.flatten(structure)
    )


def call_with(function: Any, element: Any) -> Any:
    """Call a function of the user's with one element; a tuple becomes several arguments, as in tf.data."""
    own = (getattr(function, "__module__", None) or "").startswith("wubu.data.")
    seen = element if own else border.dressed(element)
    return border.plain(function(*seen) if type(seen) is tuple else function(seen))
