"""One door for arguments of older Keras versions: constructors' arguments pass through here before they are used.

The translators themselves live in one place and register here; without them this changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Translator = Callable[[type, tuple[Any, ...], dict[str, Any]], tuple[tuple[Any, ...], dict[str, Any]]]

_translators: list[Translator] = []


def add_translator(translator: Translator) -> None:
    """Register a function of (class, args, kwargs) that returns (args, kwargs) of today."""
    if translator not in _translators:
        _translators.append(translator)


def translate(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return today's form of a constructor's arguments."""
    for translator in _translators:
        args, kwargs = translator(cls, args, kwargs)
    return args, kwargs
