"""Metrics by name, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wubu.core import registry
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.names import to_snake_case
from wubu.errors import ArgumentError, UnknownNameError
from wubu.metrics.base import Metric


def get(identifier: Any) -> Metric | Callable[..., Any] | None:
    """Return the metric that something means.

    Args:
        identifier: a name such as ``"mse"`` (a metric of that name, where there is a class, else a function), a
            class, a function or metric (given back as it is), a config, or None.

    Raises:
        UnknownNameError: for a name that means nothing, with the nearest one.

    Example:
        >>> get("mse").name
        'mean_squared_error'
    """
    if identifier is None:
        return None
    found: Any = identifier
    if isinstance(identifier, str):
        found = find(identifier)
    elif isinstance(identifier, Mapping):
        found = deserialize(identifier)
    if isinstance(found, type):
        return found()
    if callable(found):
        return found
    raise ArgumentError(f"Expected the name of a metric, a function or None. Received: {identifier!r}")


def find(name: str) -> Any:
    """Return the class, or else the function, that a name means.

    Raises:
        UnknownNameError: for a name that means nothing, with the nearest one.
    """
    custom = registry.find_custom(name)
    if custom is not None:
        return custom
    names = registry.room_names("metrics")
    classes = {own: value for own, value in names.items() if isinstance(value, type) and issubclass(value, Metric)}
    short = SHORT_NAMES.get(name.lower())
    if short is not None:
        return classes[short]
    plain = name.replace("_", "").lower()
    for own, value in classes.items():
        if plain in (own.lower(), to_snake_case(own).replace("_", "")):
            return value
    try:
        return registry.lookup("metrics", name)
    except UnknownNameError:
        known = [*classes, *names, *(to_snake_case(own) for own in classes), *SHORT_NAMES]
        raise UnknownNameError("metric", name, known) from None


SHORT_NAMES = {
    "acc": "Accuracy",
    "bce": "BinaryCrossentropy",
    "cosine": "CosineSimilarity",
    "cosine_proximity": "CosineSimilarity",
    "kld": "KLDivergence",
    "kullback_leibler_divergence": "KLDivergence",
    "log_cosh": "LogCoshError",
    "logcosh": "LogCoshError",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "rmse": "RootMeanSquaredError",
}


def serialize(metric: Any) -> Any:
    """Return the config of a metric."""
    return serialize_keras_object(metric)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return the metric that a name or a config means.

    Args:
        config: what ``serialize`` gave.
        custom_objects: functions and classes by the names that the config uses.
    """
    with registry.custom_object_scope(custom_objects or {}):
        if isinstance(config, str):
            found = find(config)
            return found() if isinstance(found, type) else found
        if isinstance(config, Mapping) and "registered_name" not in config and "class_name" in config:
            # Written by Keras 2, or by hand.
            made: Any = find(config["class_name"])
            return made.from_config(dict(config.get("config", {}))) if hasattr(made, "from_config") else made
        return deserialize_keras_object(config)
