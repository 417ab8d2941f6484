"""Architectures without weights: the JSON of all eras, and the YAML that Keras 1 and 2 wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.core.config import deserialize_keras_object, in_safe_mode
from wubu.errors import FileFormatError, MissingDependencyError, UnsafeFileError
from wubu.saving.eras.current import to_current
from wubu.saving.limits import MAX_CONFIG_BYTES, MIB, check_depth, parse_json
from wubu.saving.loading import from_untrusted

# Weights that an architecture alone may ask for; there is no file to compare them with.
_ROOM = 2**30  # allows sixteen times as much, as for a file of this size


def from_json(text: str | bytes, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from the JSON that wubu or Keras of any version wrote.

    Raises:
        FileFormatError: when the text is no JSON, or describes no model.
        UnsafeFileError: when it carries code.
    """
    return from_config(parse_json(text, "the model's JSON"), custom_objects)


def from_yaml(text: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from the YAML that Keras 1 and 2 wrote; needs PyYAML.

    Raises:
        FileFormatError: when the text is no YAML, or describes no model.
        UnsafeFileError: when it names Python objects, which YAML would make and run.
    """
    return from_config(parse_yaml(text), custom_objects)


def from_config(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model, with fresh weights, from a config with ``class_name`` and ``config``, of any era."""
    if not isinstance(config, Mapping) or "class_name" not in config:
        raise FileFormatError(
            f"Expected the config of a model, with a class_name. Received: {str(config)[:200]!r}"
        )
    version = config.get("keras_version")
    with from_untrusted(_ROOM, "the model's config"):
        current = to_current(dict(config), version if isinstance(version, str) else None)
        return deserialize_keras_object(current, custom_objects=custom_objects, safe_mode=in_safe_mode())


def parse_yaml(text: str) -> Any:
    """Read YAML that nobody vouches for: plain values, and the tuples that Keras 1 marked as Python's."""
    try:
        import yaml
    except ImportError:
        raise MissingDependencyError("yaml", "yaml", "Reading an architecture from YAML") from None
    if len(text) > min(MAX_CONFIG_BYTES, 4 * MIB):
        raise UnsafeFileError(f"The YAML has {len(text):,} characters, which is more than an architecture needs")

    class Loader(yaml.SafeLoader):
        """YAML's plain values and tuples."""

    def as_list(loader: Any, node: Any) -> Any:
        return loader.construct_sequence(node, deep=True)

    def as_text(loader: Any, node: Any) -> Any:
        return loader.construct_scalar(node)

    Loader.add_constructor("tag:yaml.org,2002:python/tuple", as_list)
    for kind in ("unicode", "str"):
        Loader.add_constructor(f"tag:yaml.org,2002:python/{kind}", as_text)
    try:
        found = yaml.load(text, Loader)  # noqa: S506 - a SafeLoader
    except yaml.constructor.ConstructorError as error:
        raise UnsafeFileError(
            f"The YAML names a Python object, which could run code: {error.problem}. Expected: plain values"
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FileFormatError(f"Expected YAML. Received text that is none: {error}") from error
    check_depth(found, "the model's YAML")
    return found
