"""Nested structures: lists, tuples, named tuples and dicts of leaves. Dicts are walked in the order of their sorted keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch

from wubu.errors import ArgumentError

# The types that come by far most often, so that nothing has to be asked about their ancestors.
_NESTED = frozenset({list, tuple, dict})
_LEAVES = frozenset({torch.Tensor, np.ndarray, type(None), int, float, bool, str})


def is_nested(structure: Any) -> bool:
    """Whether something is a list, a tuple or a dict."""
    kind = type(structure)
    return kind in _NESTED or (kind not in _LEAVES and isinstance(structure, list | tuple | Mapping))


def _keys(structure: Mapping[Any, Any]) -> list[Any]:
    try:
        return sorted(structure)
    except TypeError:
        return list(structure)


def _children(structure: Any) -> Iterable[Any]:
    if type(structure) not in (list, tuple) and isinstance(structure, Mapping):
        return [structure[k] for k in _keys(structure)]
    return structure


def _rebuild(like: Any, children: list[Any]) -> Any:
    if type(like) is list:
        return list(children)
    if isinstance(like, Mapping):
        found = dict(zip(_keys(like), children, strict=True))
        return {k: found[k] for k in like}
    if isinstance(like, tuple):
        return type(like)(*children) if hasattr(like, "_fields") else tuple(children)
    return list(children)


def flatten(structure: Any) -> list[Any]:
    """The leaves of a structure; something that is no structure is its own one leaf (None too)."""
    if not is_nested(structure):
        return [structure]
    return [leaf for child in _children(structure) for leaf in flatten(child)]


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """Put leaves into the form of a structure; the inverse of ``flatten``."""
    leaves = list(flat_sequence)
    if len(leaves) != len(flatten(structure)):
        raise ArgumentError(f"Expected {len(flatten(structure))} leaves for this structure. Received: {len(leaves)}")
    return _pack(structure, iter(leaves))


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    return _rebuild(structure, [_pack(child, leaves) for child in _children(structure)])


def map_structure(func: Callable[..., Any], *structures: Any) -> Any:
    """Apply a function leaf by leaf to one or more structures of the same form."""
    first = structures[0]
    if not is_nested(first):
        return func(*structures)
    if not all(is_nested(s) for s in structures):
        raise ArgumentError(f"The structures differ in form. Received: {structures!r}")
    others = [list(_children(s)) for s in structures]
    if any(len(o) != len(others[0]) for o in others) or (
        len(others) > 1 and isinstance(first, Mapping) and any(not _has_keys_of(first, s) for s in structures[1:])
    ):
        raise ArgumentError(f"The structures differ in form. Received: {structures!r}")
    return _rebuild(first, [map_structure(func, *parts) for parts in zip(*others, strict=True)])


def _has_keys_of(first: Mapping[Any, Any], other: Any) -> bool:
    return isinstance(other, Mapping) and first.keys() == other.keys()


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Raise unless two structures have the same form: lists where lists are, and dicts with the same keys.

    ``check_types`` is accepted and has no effect, as in Keras.
    """
    if is_nested(a) != is_nested(b) or (is_nested(a) and _kind(a) is not _kind(b)):
        raise ArgumentError(f"The structures differ in form. Received: {a!r} and {b!r}")
    map_structure(lambda x, y: assert_same_structure(x, y) if is_nested(y) else None, a, b)


def _kind(structure: Any) -> type:
    return next((kind for kind in (Mapping, list) if isinstance(structure, kind)), type(structure))
