"""Finding a public name wherever it lives: private and old module paths say little about where it lives today."""

from __future__ import annotations

import importlib
import types
from typing import Any

# In the order they are asked. `tensorflow.*` paths ask the facade first.
_KERAS_ROOMS = (
    "wubu",
    "wubu.layers",
    "wubu.models",
    "wubu.optimizers",
    "wubu.optimizers.schedules",
    "wubu.losses",
    "wubu.metrics",
    "wubu.callbacks",
    "wubu.initializers",
    "wubu.regularizers",
    "wubu.constraints",
    "wubu.activations",
    "wubu.utils",
    "wubu.saving",
    "wubu.preprocessing.image",
    "wubu.preprocessing.sequence",
    "wubu.preprocessing.text",
    "wubu.wrappers",
    "wubu.legacy.names",
    "wubu.backend",
)
_FACADE_ROOMS = (
    "wubu.tensorflow",
    "wubu.tensorflow.nn",
    "wubu.tensorflow.math",
    "wubu.tensorflow.v1",
    "wubu.tensorflow.v1.train",
    "wubu.tensorflow.image",
    "wubu.tensorflow.linalg",
    "wubu.tensorflow.io",
    "wubu.tensorflow.data",
    "wubu.tensorflow.random",
    "wubu.tensorflow.train",
)


def find_by_name(name: str, path: str) -> tuple[Any, str | None]:
    """Return what a name means anywhere in the public rooms, and the room; ``(None, None)`` when nothing has it.

    Args:
        name: such as ``Dense``.
        path: the emulated module's name, which says who is asked first.
    """
    parts = path.split(".")
    facade = parts[0] == "tensorflow" and "keras" not in parts
    for room in (*_FACADE_ROOMS, *_KERAS_ROOMS) if facade else _KERAS_ROOMS:
        try:
            module = importlib.import_module(room)
        except ModuleNotFoundError as error:
            if error.name and room.startswith(error.name):
                continue
            raise
        if name in public_names(module):
            value = getattr(module, name)
            if not isinstance(value, types.ModuleType):
                return value, room
    return None, None


def public_names(home: Any) -> list[str]:
    """The names that a module or a namespace offers."""
    listed = getattr(home, "__all__", None)
    if listed is not None:
        return [str(name) for name in listed]
    return [name for name in dir(home) if not name.startswith("_")]
