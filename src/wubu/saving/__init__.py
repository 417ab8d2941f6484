"""Files: whole models and weights, in every format that Keras and TensorFlow wrote, and a few of others.

What is read is untrusted: no code in it runs, and none of it asks for more than it holds. What is written replaces an
older file in one moment, when it is complete.
"""

from __future__ import annotations

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.registry import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from wubu.saving.api import export, load_model, load_weights, save_model, save_weights

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "export",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]
