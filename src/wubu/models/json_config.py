"""Models from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from wubu.core.config import deserialize_keras_object
from wubu.errors import FileFormatError


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from what ``to_json`` gave.

    Raises:
        FileFormatError: when the text is no JSON.
    """
    try:
        config = json.loads(json_string)
    except ValueError as error:
        raise FileFormatError(f"Expected a model's JSON. Received text that is not JSON: {error}") from error
    return model_from_config(config, custom_objects)


def model_from_config(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from a config with ``class_name`` and ``config``."""
    return deserialize_keras_object(config, custom_objects=custom_objects)
