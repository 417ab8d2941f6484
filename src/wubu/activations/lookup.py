"""Activations by name, and back."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from wubu.activations.rectified import linear
from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError, UnknownNameError

# Layers that old programs name where an activation is expected.
_LAYERS = ("ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU")


def get(identifier: Any) -> Callable[..., Any]:
    """Return the activation that something means.

    Args:
        identifier: a name such as ``"relu"``, a function or layer (given back as it is), a config, or None
            for ``linear``.

    Raises:
        UnknownNameError: for a name that means nothing, with the nearest one.

    Example:
        >>> get("swish").__name__
        'silu'
    """
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        return _by_name(identifier)
    found = deserialize(identifier) if isinstance(identifier, Mapping) else identifier
    if callable(found):
        return found
    raise ArgumentError(f"Expected the name of an activation, a function or None. Received: {identifier!r}")


def _by_name(name: str) -> Callable[..., Any]:
    # tf.keras makes the layer of this name, whose slope is not the function's.
    if name == "LeakyReLU" and name in registry.room_names("layers"):
        return registry.room_names("layers")[name]()
    try:
        return registry.lookup("activations", name, "activation")
    except UnknownNameError:
        layers = registry.room_names("layers")
        for layer in _LAYERS:
            if layer.lower() == name.replace("_", "").lower() and layer in layers:
                return layers[layer]()
        raise


def serialize(activation: Callable[..., Any]) -> Any:
    """Return an activation's name, or the config of one that is not built in.

    Raises:
        ArgumentError: for an object that has no config.
    """
    config = serialize_keras_object(activation)
    if "config" not in config:
        raise ArgumentError(
            f"Expected a named function or an object with a config. Received: {activation!r}. "
            "Try: @wubu.saving.register_keras_serializable()"
        )
    if not isinstance(activation, types.FunctionType):
        return config
    if config["config"] in registry.room_names("activations"):
        return config["config"]
    if isinstance(config["config"], str):
        config["config"] = registry.get_registered_name(activation)
    return config


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return the activation that a name or a config means.

    Args:
        config: what ``serialize`` gave.
        custom_objects: functions and classes by the names that the config uses.
    """
    with registry.custom_object_scope(custom_objects or {}):
        if isinstance(config, str):
            return _by_name(config)
        return deserialize_keras_object(config)
