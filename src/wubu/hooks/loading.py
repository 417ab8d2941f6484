"""Dotted names as objects."""

from __future__ import annotations

import importlib
from typing import Any


def load(target: str) -> Any:
    """The module or attribute that a dotted name means, or None when there is none."""
    try:
        return importlib.import_module(target)
    except ModuleNotFoundError as error:
        if error.name is None or not (target == error.name or target.startswith(error.name + ".")):
            raise  # something that the module itself imports
    owner, _, name = target.rpartition(".")
    home = load(owner) if owner else None
    return None if home is None else getattr(home, name, None)
