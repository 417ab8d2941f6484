"""``tf.nest``: nested lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu.core import nest as core
from wubu.errors import ArgumentError

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]


def is_nested(structure: Any) -> bool:
    """Whether something is a list, a tuple or a dict."""
    return core.is_nested(structure)


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves; dicts are walked in the order of their sorted keys."""
    return core.flatten(structure)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """A function applied leaf by leaf to structures of one form."""
    if not callable(func):
        raise TypeError(f"`func` must be callable, got: {func}")
    kwargs.pop("check_types", None)
    kwargs.pop("expand_composites", None)
    for other in structure[1:]:
        assert_same_structure(structure[0], other)
    return core.map_structure(func, *structure)


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """Leaves put into the form of a structure."""
    if not isinstance(flat_sequence, list | tuple):
        raise TypeError(f"Attempted to pack value:\n  {flat_sequence}\ninto a structure, but found incompatible type")
    try:
        return core.pack_sequence_as(structure, flat_sequence)
    except ArgumentError as error:
        raise ValueError(str(error)) from error


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raise ValueError unless two structures have one form; TypeError when their lists and tuples differ."""
    if core.is_nested(nest1) != core.is_nested(nest2):
        raise ValueError(
            "The two structures don't have the same nested structure.\n\n"
            f"First structure: type={type(nest1).__name__} str={nest1}\n\n"
            f"Second structure: type={type(nest2).__name__} str={nest2}"
        )
    if not core.is_nested(nest1):
        return
    if check_types and type(nest1) is not type(nest2) and not (isinstance(nest1, dict) and isinstance(nest2, dict)):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(nest1)}, while shallow structure has type {type(nest2)}."
        )
    if len(nest1) != len(nest2):
        raise ValueError(
            "The two structures don't have the same number of elements. "
            f"First structure: {nest1}. Second structure: {nest2}."
        )
    if isinstance(nest1, dict):
        if set(nest1) != set(nest2):
            raise ValueError(f"The two dictionaries don't have the same set of keys: {sorted(nest1)} and {sorted(nest2)}")
        pairs = [(nest1[k], nest2[k]) for k in nest1]
    else:
        pairs = list(zip(nest1, nest2))
    for a, b in pairs:
        assert_same_structure(a, b, check_types)
