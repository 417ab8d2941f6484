"""``Highway`` of Keras 1."""

from __future__ import annotations

from typing import Any

import torch

from wubu import activations, initializers
from wubu.layers.base import Layer


class Highway(Layer):
    """A layer that lets some of its input through: ``t · f(x W + b) + (1 - t) · x`` (Srivastava et al., 2015).

    The gate is ``t = sigmoid(x W_t + b_t)``.

    Args:
        init: the initializer of the kernels.
        activation: f, by name or as a function.
        transform_bias: where the gate's biases begin; below zero most of the input passes at first.
        bias: whether there are biases.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: ``(batch, size)``.

    Example:
        >>> Highway(activation="relu")(torch.ones(2, 4)).shape
        torch.Size([2, 4])
    """

    def __init__(
        self, init: Any = "glorot_uniform", activation: Any = None, transform_bias: float = -2, bias: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.init, self.activation = initializers.get(init), activations.get(activation)
        self.transform_bias, self.bias = transform_bias, bias

    def build(self, input_shape: Any = None) -> None:
        """Make two kernels of shape (size, size) and their biases."""
        size = input_shape[-1]
        self.W = self.add_weight((size, size), self.init, name="W")
        self.W_carry = self.add_weight((size, size), self.init, name="W_carry")
        if self.bias:
            self.b = self.add_weight((size,), "zeros", name="b")
            self.b_carry = self.add_weight((size,), initializers.Constant(self.transform_bias), name="b_carry")

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        gate, made = inputs @ self.W_carry, inputs @ self.W
        if self.bias:
            gate, made = gate + self.b_carry, made + self.b
        gate = torch.sigmoid(gate)
        return gate * self.activation(made) + (1 - gate) * inputs

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"transform_bias": self.transform_bias, "bias": self.bias, "init": initializers.serialize(self.init)}
        return {**super().get_config(), **own, "activation": activations.serialize(self.activation)}
