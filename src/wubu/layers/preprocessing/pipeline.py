"""Layers one after the other, as one layer of the data's pipeline."""

from __future__ import annotations

from typing import Any

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.layers.base import Layer


class Pipeline(Layer):
    """Apply layers one after the other.

    Args:
        layers: the layers.
        name: its name.
        **kwargs: the arguments of ``Layer``.

    Example:
        >>> Pipeline([Rescaling(1 / 255), Rescaling(2.0)])(torch.tensor([255.0]))
        tensor([2.])
    """

    random_by_itself = True

    def __init__(self, layers: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.layers = list(layers)

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Compute the output."""
        for layer in self.layers:
            inputs = layer(inputs, training=training) if layer._call_signature.training else layer(inputs)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape after the last layer."""
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {"name": self.name, "layers": [serialize_keras_object(layer) for layer in self.layers]}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Pipeline:
        """Make a pipeline from what ``get_config`` gave."""
        return cls(**{**config, "layers": [deserialize_keras_object(layer) for layer in config["layers"]]})
