"""Calling a function of the user's: errors say which element it was, and which file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from wubu.core import nest
from wubu.data.dataset.elements import Text
from wubu.errors import DataError

_END = object()
_PATH_LIMIT = 4096


def checked_call(call: Callable[[Any], Any], element: Any, name: str, number: int, origin: str | None = None) -> Any:
    """Call a function of the user's.

    Raises:
        DataError: when it fails: its name, the number of the element, the file if one is known, and the cause.
    """
    try:
        return call(element)
    except MemoryError:
        raise
    except Exception as error:
        where = origin or text_in(element)
        raise DataError(
            f"{name} failed at element {number}{f' ({where})' if where else ''}: {type(error).__name__}: {error}"
        ) from error


def name_of(function: Any) -> str:
    """What to call a function of the user's."""
    name = getattr(function, "__name__", None) or type(function).__name__
    return "function" if name == "<lambda>" else name


def text_in(element: Any) -> str | None:
    """The text of an element, which is most often the path of its file."""
    for leaf in nest.flatten(element):
        if isinstance(leaf, Text) and leaf.ndim == 0 and len(leaf.item()) <= _PATH_LIMIT:
            text = str(leaf)
            return f"file {text!r}" if os.path.splitext(text)[1] or os.sep in text else repr(text[:200])
    return None
