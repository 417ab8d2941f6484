"""Models from JSON and YAML, of wubu and of every version of Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from what ``to_json`` gave, here or in any version of Keras.

    Raises:
        FileFormatError: when the text is no JSON, or describes no model.
    """
    from wubu.saving import architecture  # at use: files bring HDF5 along

    return architecture.from_json(json_string, custom_objects)


def model_from_yaml(yaml_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from the YAML that ``to_yaml`` gave in Keras 1 and 2; needs PyYAML.

    Raises:
        FileFormatError: when the text is no YAML, or describes no model.
    """
    from wubu.saving import architecture  # at use: files bring HDF5 along

    return architecture.from_yaml(yaml_string, custom_objects)


def model_from_config(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from a config with ``class_name`` and ``config``."""
    from wubu.saving import architecture  # at use: files bring HDF5 along

    return architecture.from_config(config, custom_objects)
