"""Configs as Keras 2 wrote them: a class name and a config, without modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.core import config as configs
from wubu.core.registry import get_registered_name
from wubu.errors import SerializationError

__all__ = ["deserialize_keras_object", "serialize_keras_object"]


def serialize_keras_object(instance: Any) -> Any:
    """An object's class name and config; a function's name; None for None."""
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        config = {
            key: serialize_keras_object(value) if hasattr(value, "get_config") else value
            for key, value in instance.get_config().items()
        }
        return {"class_name": get_registered_name(type(instance)), "config": config}
    if hasattr(instance, "__name__"):
        return get_registered_name(instance)
    raise SerializationError(f"Expected an object with get_config, or a function. Received: {instance!r}")


def deserialize_keras_object(
    identifier: Any,
    module_objects: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """What ``serialize_keras_object`` made a config or a name of.

    Args:
        identifier: the config, a name, or None.
        module_objects: where names are looked up first.
        custom_objects: classes and functions by name, before these.
        printable_module_name: what is looked for, for the message.
    """
    if identifier is None:
        return None
    known = {**(module_objects or {}), **(custom_objects or {})}
    if isinstance(identifier, str):
        if identifier not in known:
            raise SerializationError(f"Unknown {printable_module_name}: {identifier!r}. Try: pass it in custom_objects")
        return known[identifier]
    return configs.deserialize_keras_object(identifier, custom_objects=known)
