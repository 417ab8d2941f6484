"""Prefixes for names, and functions that take part in making variables, each within a block."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

creators: list[Callable[..., Any]] = []
_scopes: list[str] = []


class name_scope:  # noqa: N801
    """A prefix for the names of variables within a block; eager tensors have no names.

    Args:
        name: the prefix.
    """

    def __init__(self, name: Any, *values: Any, **accepted: Any) -> None:
        self._prefix = name or ""

    @property
    def name(self) -> str:
        """The prefix."""
        return self._prefix

    def __enter__(self) -> str:
        _scopes.append(self._prefix.rstrip("/"))
        return "/".join(_scopes) + "/"

    def __exit__(self, *exception: Any) -> None:
        _scopes.pop()


class ModuleScope(name_scope):
    """A module's scope says its name with a slash."""

    @property
    def name(self) -> str:
        """The prefix and a slash."""
        return f"{self._prefix}/"


def get_current_name_scope() -> str:
    """The prefix for names that holds now."""
    return "/".join(_scopes)


def prefixed(name: str) -> str:
    """A name with the prefix that holds now."""
    return "/".join([*filter(None, _scopes), name])


@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Let a function make variables within this block.

    Args:
        variable_creator: called with the next such function and the arguments of ``tf.Variable`` by their names.
    """
    creators.append(variable_creator)
    try:
        yield
    finally:
        creators.pop()


@contextlib.contextmanager
def without_creators() -> Iterator[None]:
    """Within this block variables are made as usual."""
    kept, creators[:] = creators[:], []
    try:
        yield
    finally:
        creators[:] = kept
