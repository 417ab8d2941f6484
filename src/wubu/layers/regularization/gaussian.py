"""Normally distributed noise, added or multiplied."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.core.seeds import SeedGenerator
from wubu.layers.arguments import as_rate, stored
from wubu.layers.base import Layer


class GaussianNoise(Layer):
    """``x + noise`` in training, with noise of mean 0.

    Args:
        stddev: the noise's standard deviation, from 0 to 1.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev = as_rate(stddev, "stddev")
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """Compute the output: the input itself outside training."""
        if not training or self.stddev == 0:
            return inputs
        return inputs + _normal_like(inputs, self.seed_generator) * self.stddev

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "stddev", "seed")}


class GaussianDropout(Layer):
    """``x * noise`` in training, with noise of mean 1 and variance ``rate / (1 - rate)``, as dropout's mask has.

    Args:
        rate: the fraction that dropout of the same strength drops, from 0 to 1.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = as_rate(rate)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """Compute the output: the input itself outside training."""
        if not training or self.rate == 0:
            return inputs
        stddev = math.sqrt(self.rate / (1.0 - self.rate)) if self.rate < 1 else math.inf
        return inputs * (_normal_like(inputs, self.seed_generator) * stddev + 1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "rate", "seed")}


def _normal_like(inputs: torch.Tensor, seeds: SeedGenerator) -> torch.Tensor:
    return torch.empty_like(inputs, requires_grad=False).normal_(generator=seeds.generator(inputs.device))
