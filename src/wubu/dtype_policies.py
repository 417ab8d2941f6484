"""Keras's ``dtype_policies`` namespace: types to compute in and to keep weights in; without those of quantisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.policy import DTypePolicy, DTypePolicyMap, get
from wubu.core.registry import custom_object_scope

FloatDTypePolicy = DTypePolicy

__all__ = [
    "DTypePolicy",
    "DTypePolicyMap",
    "FloatDTypePolicy",
    "deserialize",
    "get",
    "serialize",
]


def serialize(dtype_policy: Any) -> Any:
    """The config of a policy."""
    return serialize_keras_object(dtype_policy)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The policy of a config."""
    with custom_object_scope(custom_objects or {}):
        return deserialize_keras_object(config)
