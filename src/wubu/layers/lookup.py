"""Layers by name or config, and back."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import SerializationError
from wubu.layers.base import Layer


def serialize(layer: Layer) -> dict[str, Any]:
    """Return the config of a layer: a dict that ``deserialize`` turns into one like it, without its weights."""
    return serialize_keras_object(layer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return the layer that a config means.

    Args:
        config: what ``serialize`` gave, here or in any version of Keras, or the name of a class that needs no
            arguments.
        custom_objects: classes by the names that the config uses.

    Raises:
        SerializationError: when there is no such layer.
    """
    with registry.custom_object_scope(custom_objects or {}):
        if isinstance(config, str):
            found = registry.lookup("layers", config)
            return found() if inspect.isclass(found) else found
        if not config:
            raise SerializationError(f"Expected the config of a layer. Received: {config!r}")
        return deserialize_keras_object(config)


def get(identifier: Any) -> Any:
    """Return the layer that something means: a layer or another callable as it is, a config, a name, or None."""
    if identifier is None:
        return None
    if isinstance(identifier, Mapping | str):
        return deserialize(identifier)
    if callable(identifier):
        return identifier
    raise SerializationError(f"Expected a layer, its config or its name. Received: {identifier!r}")
