"""Any activation as a layer."""

from __future__ import annotations

from typing import Any

import torch

from wubu import activations
from wubu.layers.arguments import stored
from wubu.layers.base import Layer


class Activation(Layer):
    """Apply an activation.

    Args:
        activation: a function of a tensor, or its name, such as ``"relu"``.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.

    Example:
        >>> Activation("relu")(torch.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    keeps_dtype = True

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "activation")}
