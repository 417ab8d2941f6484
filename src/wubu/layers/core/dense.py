"""The fully connected layer."""

from __future__ import annotations

from typing import Any

import torch

from wubu import activations, constraints, initializers, regularizers
from wubu.core.config import serialize_keras_object
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.base import Layer
from wubu.layers.casting import matched
from wubu.layers.input_spec import InputSpec


class Dense(Layer):
    """``activation(inputs @ kernel + bias)`` over the last axis.

    Args:
        units: the size of the output's last axis.
        activation: a function or its name. Default: none.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties that are added to the loss.
        kernel_constraint, bias_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, …, features)``. Output shape: ``(batch, …, units)``.

    Example:
        >>> Dense(3)(torch.ones(2, 4)).shape
        torch.Size([2, 3])
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if isinstance(units, bool) or int(units) != units or units <= 0:
            raise ArgumentError(f"Expected units to be a positive integer. Received: units={units!r}")
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the kernel of shape (features, units) and the bias of shape (units,)."""
        features = input_shape[-1]
        if features is None:
            raise ShapeError(
                f"Layer {self.name!r} needs the size of the last axis. Received: input shape {input_shape}"
            )
        self.kernel = self.add_weight(
            (features, self.units),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})

    def call(self, inputs: torch.Tensor, training: bool | None = None) -> torch.Tensor:
        """Compute the output."""
        inputs, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        if bias is None:
            outputs = inputs @ kernel
        elif inputs.dim() == 2:
            outputs = torch.addmm(bias, inputs, kernel)
        else:
            rows = torch.addmm(bias, inputs.reshape(-1, kernel.shape[0]), kernel)
            outputs = rows.view(*inputs.shape[:-1], kernel.shape[1])
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape with the last size replaced by ``units``."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": serialize_keras_object(self.kernel_initializer),
            "bias_initializer": serialize_keras_object(self.bias_initializer),
            "kernel_regularizer": serialize_keras_object(self.kernel_regularizer),
            "bias_regularizer": serialize_keras_object(self.bias_regularizer),
            "kernel_constraint": serialize_keras_object(self.kernel_constraint),
            "bias_constraint": serialize_keras_object(self.bias_constraint),
        }
