"""A layer around another one."""

from __future__ import annotations

from typing import Any

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.layers.base import Layer


class Wrapper(Layer):
    """Base of layers that have another layer inside; a subclass says what it does with it.

    Args:
        layer: the layer inside.
        **kwargs: the arguments of ``Layer``.
    """

    layer: Layer

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise ArgumentError(f"Expected a layer to wrap. Received: layer={layer!r}")
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside."""
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {"layer": serialize_keras_object(self.layer), **super().get_config()}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a layer from what ``get_config`` gave."""
        layer = deserialize_keras_object(config["layer"], custom_objects=custom_objects)
        return cls(layer, **{key: value for key, value in config.items() if key != "layer"})
