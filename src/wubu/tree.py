"""Keras's ``tree`` namespace: nested structures of lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wubu.core import nest
from wubu.core.nest import assert_same_structure, flatten, is_nested, pack_sequence_as
from wubu.errors import ArgumentError

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]


class MAP_TO_NONE:
    """What the function of ``traverse`` returns to put None in a place."""


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """Apply a function leaf by leaf to one or more structures of the same form.

    Args:
        func: takes one leaf of each structure.
        *structures: the structures.
        none_is_leaf: whether the function is called for None too; otherwise None stays None.
    """
    if none_is_leaf:
        return nest.map_structure(func, *structures)
    return nest.map_structure(lambda *leaves: None if all(x is None for x in leaves) else func(*leaves), *structures)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves, each with the keys and positions that lead to it."""
    if not is_nested(structure):
        return [((), structure)]
    items = [(k, structure[k]) for k in sorted(structure)] if isinstance(structure, Mapping) else list(enumerate(structure))
    return [((key, *path), leaf) for key, value in items for path, leaf in flatten_with_path(value)]


def assert_same_paths(a: Any, b: Any) -> None:
    """Raise unless two structures have their leaves at the same paths, whatever their containers are."""
    ours, theirs = ({path for path, _ in flatten_with_path(s)} for s in (a, b))
    if ours != theirs:
        raise ArgumentError(f"The paths differ. Only in the first: {ours - theirs}. Only in the second: {theirs - ours}")


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """Apply a function to the parts of structures that stand where the shallow one has its leaves."""
    if not is_nested(shallow_structure):
        return func(*structures)
    if isinstance(shallow_structure, Mapping):
        return {k: map_structure_up_to(v, func, *(s[k] for s in structures)) for k, v in shallow_structure.items()}
    made = [map_structure_up_to(v, func, *parts) for v, *parts in zip(shallow_structure, *structures)]
    return tuple(made) if isinstance(shallow_structure, tuple) else made


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(d is None or isinstance(d, int) for d in value)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """Apply a function to every shape (a tuple or list of sizes) of a structure."""
    if _is_shape(structure):
        return func(tuple(structure))
    if isinstance(structure, Mapping):
        return {k: map_shape_structure(func, v) for k, v in structure.items()}
    if isinstance(structure, list | tuple):
        return type(structure)(map_shape_structure(func, v) for v in structure)
    raise ArgumentError(f"Expected a structure of shapes. Received: {structure!r}")


def lists_to_tuples(structure: Any) -> Any:
    """The structure with every list made a tuple."""
    if isinstance(structure, Mapping):
        return {k: lists_to_tuples(v) for k, v in structure.items()}
    if isinstance(structure, list | tuple):
        return tuple(lists_to_tuples(v) for v in structure)
    return structure


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Replace parts of a structure by what a function gives for them.

    Args:
        func: called for every part; None leaves a part as it is (and with ``top_down`` goes on within it), and
            ``MAP_TO_NONE`` puts None there.
        structure: the structure.
        top_down: whether the whole is visited before its parts.
    """

    def replaced(part: Any) -> tuple[bool, Any]:
        made = func(part)
        return made is not None, None if made is MAP_TO_NONE or isinstance(made, MAP_TO_NONE) else made

    def within(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {k: traverse(func, v, top_down) for k, v in part.items()}
        if isinstance(part, list | tuple):
            parts = [traverse(func, v, top_down) for v in part]
            return type(part)(*parts) if hasattr(part, "_fields") else type(part)(parts)
        return part

    if top_down:
        hit, made = replaced(structure)
        return made if hit else within(structure)
    inner = within(structure)
    hit, made = replaced(inner)
    return made if hit else inner
