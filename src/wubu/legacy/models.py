"""Kinds of models that Keras has dropped."""

from __future__ import annotations

from typing import Any

import torch

from wubu import activations
from wubu.core import nest
from wubu.layers.core.dense import Dense
from wubu.models.model import Model

__all__ = ["LinearModel", "WideDeepModel"]


class LinearModel(Model):
    """``activation(sum of kernels · inputs + bias)``, as ``keras.experimental.LinearModel``.

    Args:
        units: the size of the output.
        activation: by name or as a function.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer: as in ``Dense``.
    """

    def __init__(
        self,
        units: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "zeros",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.activation, self.use_bias = units, activations.get(activation), use_bias
        self._options = {"kernel_initializer": kernel_initializer, "kernel_regularizer": kernel_regularizer}
        self._bias = {"bias_initializer": bias_initializer, "bias_regularizer": bias_regularizer}
        self.parts: list[Dense] = []

    def call(self, inputs: Any) -> torch.Tensor:
        """Compute the output."""
        flat = nest.flatten(inputs)
        if not self.parts:
            first = Dense(self.units, use_bias=self.use_bias, **self._options, **self._bias)
            self.parts = [first, *(Dense(self.units, use_bias=False, **self._options) for _ in flat[1:])]
        total = self.parts[0](flat[0])
        for part, one in zip(self.parts[1:], flat[1:]):
            total = total + part(one)
        return self.activation(total)


class WideDeepModel(Model):
    """The sum of a linear model and a deep one, as ``keras.experimental.WideDeepModel`` (Cheng et al., 2016).

    Args:
        linear_model, dnn_model: the two; each gets the inputs, or its own of two.
        activation: by name or as a function.
    """

    def __init__(self, linear_model: Any, dnn_model: Any, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.linear_model, self.dnn_model = linear_model, dnn_model
        self.activation = activations.get(activation)

    def call(self, inputs: Any, training: bool | None = None) -> torch.Tensor:
        """Compute the output."""
        wide, deep = inputs if isinstance(inputs, list | tuple) and len(inputs) == 2 else (inputs, inputs)
        return self.activation(self.linear_model(wide) + self.dnn_model(deep))
