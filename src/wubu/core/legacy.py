"""The door for older versions of Keras: constructors' arguments pass through here, and old names are told of once.

What is translated lives in one room above, ``wubu.legacy``; it is loaded when the first object is made, and registers here.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from wubu.errors import did_you_mean

Translator = Callable[[type, tuple[Any, ...], dict[str, Any]], tuple[tuple[Any, ...], dict[str, Any]]]

_ROOM = "wubu.legacy.constructors"  # by name, since a lower room must not import a higher one
_translators: list[Translator] = []
_state: dict[str, bool] = {"loaded": False}
_told: dict[str, str] = {}


class OldNameWarning(DeprecationWarning):
    """A name or an argument of an older version of Keras or TensorFlow was used; it works."""


def add_translator(translator: Translator) -> None:
    """Register a function of (class, args, kwargs) that returns (args, kwargs) of today."""
    if translator not in _translators:
        _translators.append(translator)


def translate(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return today's form of a constructor's arguments."""
    if not _state["loaded"]:
        _state["loaded"] = True
        importlib.import_module(_ROOM)
    for translator in _translators:
        args, kwargs = translator(cls, args, kwargs)
    return args, kwargs


def old_name(module: str, name: str, known: Sequence[str]) -> Any:
    """What a name that a module has lost meant: for the module's ``__getattr__``.

    Args:
        module: the module's name, such as ``wubu.layers``; its old names are in ``wubu.legacy.layers``.
        name: the name.
        known: the module's names of today.

    Raises:
        AttributeError: when it never had it; with the nearest name.
    """
    if not name.startswith("_"):
        home = importlib.import_module(f"wubu.legacy.{module.rpartition('.')[2]}")
        if name in home.__all__:
            return getattr(home, name)
    raise AttributeError(f"module {module!r} has no attribute {name!r}.{did_you_mean(name, known)}")


# --- telling of old names -----------------------------------------------------------------------------------------


def _warn(text: str) -> None:
    warnings.warn(text, OldNameWarning, stacklevel=_level_of_caller())


_teller: list[Callable[[str], None]] = [_warn]


def note(old: str, new: str) -> None:
    """Tell once in a run that a name is an old one.

    Args:
        old: the old form, such as ``"Convolution2D"``.
        new: the form of today, such as ``"Conv2D"``.
    """
    if old not in _told:
        _told[old] = new
        _teller[0](f"{old} is an old form; today: {new}")


def tell_through(teller: Callable[[str], None] | None) -> None:
    """Let a function have the lines of ``note``; None: Python's warnings get them, as by default."""
    _teller[0] = _warn if teller is None else teller


def told() -> dict[str, str]:
    """The old forms that were used so far, and those of today."""
    return dict(_told)


def forget() -> None:
    """Tell everything once more, as in a new run."""
    _told.clear()


def _level_of_caller() -> int:
    """How far up the first frame is that belongs neither to wubu nor to torch: the warning is the program's."""
    level = 2
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("wubu", "torch"):
        frame = frame.f_back
        level += 1
    return level - 1
