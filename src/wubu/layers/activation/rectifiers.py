"""Rectifiers as layers."""

from __future__ import annotations

from typing import Any

import torch

from wubu.activations.rectified import elu, leaky_relu, relu
from wubu.errors import ArgumentError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer


def _not_negative(value: Any, name: str) -> Any:
    if value is None or value < 0:
        raise ArgumentError(f"Expected {name} not to be negative. Received: {name}={value!r}")
    return value


class ReLU(Layer):
    """``max(x, 0)``, and variants of it.

    In full: ``max_value`` above ``max_value``, ``x`` from ``threshold`` to there, ``negative_slope * (x -
    threshold)`` below. Nair & Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.

    Args:
        max_value: the largest value given; None for no bound.
        negative_slope: the slope below the threshold.
        threshold: values up to here count as negative.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    keeps_dtype = True

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.max_value = max_value if max_value is None else _not_negative(max_value, "max_value")
        self.negative_slope = _not_negative(negative_slope, "negative_slope")
        self.threshold = _not_negative(threshold, "threshold")
        self.supports_masking = True

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return relu(inputs, self.negative_slope, self.max_value, self.threshold)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "max_value", "negative_slope", "threshold")}


class LeakyReLU(Layer):
    """``x`` where ``x > 0``, else ``negative_slope * x`` (Maas et al., 2013).

    Args:
        negative_slope: the slope below zero.
        **kwargs: the arguments of ``Layer``; also ``alpha``, the slope's old name.

    Input and output shape: any.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        self.negative_slope = _not_negative(negative_slope, "negative_slope")
        self.supports_masking = True

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return leaky_relu(inputs, self.negative_slope)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "negative_slope")}


class ELU(Layer):
    """``x`` where ``x > 0``, else ``alpha * (exp(x) - 1)`` (Clevert et al., 2016).

    Args:
        alpha: minus the limit far below zero.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.supports_masking = True

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return elu(inputs, self.alpha)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "alpha")}


class ThresholdedReLU(Layer):
    """``x`` where ``x > theta``, else 0 (Konda et al., 2015); Keras 3 has ``ReLU(threshold=theta)`` for it.

    Args:
        theta: values up to here become 0.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theta = _not_negative(theta, "theta")
        self.supports_masking = True

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return relu(inputs, threshold=self.theta)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "theta")}
