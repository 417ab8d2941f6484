"""Optimizers by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.optimizers.base import Optimizer


def get(identifier: Any) -> Optimizer | None:
    """Return the optimizer that something means.

    Args:
        identifier: a name such as ``"adam"``, a class, an optimizer (given back as it is), a config, or None.

    Raises:
        UnknownNameError: for a name that means nothing, with the nearest one.
        ArgumentError: for anything else.

    Example:
        >>> get("sgd").get_config()["momentum"]
        0.0
    """
    if identifier is None:
        return None
    found: Any = identifier
    if isinstance(identifier, str):
        found = registry.lookup("optimizers", identifier)
    elif isinstance(identifier, Mapping):
        found = deserialize(identifier)
    if isinstance(found, type) and issubclass(found, Optimizer):
        found = found()
    if isinstance(found, Optimizer):
        return found
    raise ArgumentError(
        f"Expected the name of an optimizer, an optimizer or its config. Received: {identifier!r} "
        f"of type {type(identifier).__name__}"
    )


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """Return the config of an optimizer."""
    return serialize_keras_object(optimizer)


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Optimizer:
    """Return the optimizer that a config means; the class's name may be written in any case.

    Args:
        config: what ``serialize`` gave.
        custom_objects: classes by the names that the config uses.
    """
    with registry.custom_object_scope(custom_objects or {}):
        if "registered_name" not in config and isinstance(config.get("class_name"), str):
            # Written by Keras 2, or by hand: {"class_name": "adam", "config": {…}}. TensorFlow 2.11 to 2.13 wrote
            # "Custom>Adam" for its own Adam.
            name = config["class_name"]
            name = name if registry.find_custom(name) is not None else name.removeprefix("Custom>")
            return registry.lookup("optimizers", name).from_config(dict(config.get("config", {})))
        return deserialize_keras_object(config)
