"""Losses by name, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError


def get(identifier: Any) -> Callable[..., Any] | None:
    """Return the loss that something means.

    Args:
        identifier: a name such as ``"mse"``, a class, a function or object (given back as it is), a config,
            or None.

    Raises:
        UnknownNameError: for a name that means nothing, with the nearest one.

    Example:
        >>> get("mse").__name__
        'mean_squared_error'
    """
    if identifier is None:
        return None
    found: Any = identifier
    if isinstance(identifier, str):
        found = registry.lookup("losses", identifier, "loss")
    elif isinstance(identifier, Mapping):
        found = deserialize(identifier)
    if isinstance(found, type):
        return found()
    if callable(found):
        return found
    raise ArgumentError(f"Expected the name of a loss, a function or None. Received: {identifier!r}")


def serialize(loss: Any) -> Any:
    """Return the config of a loss."""
    return serialize_keras_object(loss)


def deserialize(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return the loss that a name or a config means.

    Args:
        name: a name, or the config that ``serialize`` gave.
        custom_objects: functions and classes by the names that the config uses.
    """
    with registry.custom_object_scope(custom_objects or {}):
        if isinstance(name, str):
            found = registry.lookup("losses", name, "loss")
            return found() if isinstance(found, type) else found
        return deserialize_keras_object(name)
