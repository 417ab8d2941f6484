"""Keras's automatic names: ``dense``, ``dense_1``, ``max_pooling2d``…"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_used: Counter[str] = Counter()


def to_snake_case(name: str) -> str:
    """``MaxPooling2D`` becomes ``max_pooling2d``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """The next free name of a kind: the prefix, then the prefix with _1, _2…"""
    prefix = to_snake_case(prefix)
    count = _used[prefix]
    _used[prefix] += 1
    return f"{prefix}_{count}" if count else prefix


def reset_names() -> None:
    """Start counting anew, as ``clear_session`` does."""
    _used.clear()


_scopes: list[str] = []


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Within this block the paths of variables begin with a name; scopes within scopes add up.

    Example:
        >>> with name_scope("tower"):
        ...     wubu.Variable(1.0, name="scale").path
        'tower/scale'
    """
    _scopes.append(str(name))
    try:
        yield name
    finally:
        _scopes.pop()


def scoped(name: str) -> str:
    """A name with the scopes that are open."""
    return "/".join([*_scopes, name]) if _scopes else name
