"""The names that TensorFlow 1 and 2 share live in the facade; they are looked up when they are used."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from wubu.errors import did_you_mean


def facade(path: str) -> Any:
    """What a dotted name below ``tf`` means, such as ``"nn.relu"``."""
    found: Any = importlib.import_module("wubu.tensorflow")
    for part in path.split("."):
        found = getattr(found, part)
    return found


def falling_back(module: str, known: list[str], namespace: str = "") -> Callable[[str], Any]:
    """A module's ``__getattr__``: names that it lacks are those of TensorFlow 2.

    Args:
        module: the module's name.
        known: its own names.
        namespace: the namespace of TensorFlow 2 that stands behind it, such as ``"nn"``; the top by default.
    """

    def find(name: str) -> Any:
        if not name.startswith("__"):
            try:
                return facade(f"{namespace}.{name}" if namespace else name)
            except AttributeError:
                pass
        raise AttributeError(f"module {module!r} has no attribute {name!r}.{did_you_mean(name, known)}")

    return find
