"""Initializers by name, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.initializers.constants import Constant


def get(identifier: Any) -> Callable[..., Any] | None:
    """Return the initializer that something means.

    Args:
        identifier: a name such as ``"glorot_uniform"``, a class, a function or object (given back as it
            is), a config, an array or tensor that is itself the first value, or None.

    Raises:
        UnknownNameError: for a name that means nothing, with the nearest one.

    Example:
        >>> get("he_normal").scale
        2.0
    """
    if identifier is None:
        return None
    if isinstance(identifier, torch.Tensor | np.ndarray | np.generic):
        return Constant.of_exact_shape(identifier)
    found: Any = identifier
    if isinstance(identifier, str):
        found = registry.lookup("initializers", identifier)
    elif isinstance(identifier, Mapping):
        found = deserialize(identifier)
    if isinstance(found, type):
        return found()
    if callable(found):
        return found
    raise ArgumentError(f"Expected the name of an initializer, a function or None. Received: {identifier!r}")


def serialize(initializer: Any) -> Any:
    """Return the config of an initializer."""
    return serialize_keras_object(initializer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return the initializer that a name or a config means.

    Args:
        config: what ``serialize`` gave.
        custom_objects: functions and classes by the names that the config uses.
    """
    with registry.custom_object_scope(custom_objects or {}):
        if isinstance(config, str):
            found = registry.lookup("initializers", config)
            return found() if isinstance(found, type) else found
        return deserialize_keras_object(config)
