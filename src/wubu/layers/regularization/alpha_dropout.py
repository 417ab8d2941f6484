"""Dropout that keeps the mean and the variance, for networks of SELU units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.dropout_op import keep_mask
from wubu.layers.regularization.dropout import Dropout

# What SELU tends to far below zero: -scale * alpha.
_FLOOR = -1.0507009873554805 * 1.6732632423543772


class AlphaDropout(Dropout):
    """Set a random part of the values to SELU's floor in training, then restore mean 0 and variance 1.

    ``a * (x * kept + floor * (1 - kept)) + b`` with the constants a and b that the rate asks for. Klambauer et al.,
    "Self-normalizing neural networks", 2017.

    Args:
        rate: the fraction to drop, from 0 to 1.
        noise_shape: the shape of the mask; a size of 1 drops the whole axis together, None means the input's size.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    def __init__(self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any):
        super().__init__(rate, noise_shape, seed, **kwargs)

    def call(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """Compute the output: the input itself outside training."""
        if not training or self.rate == 0:
            return inputs
        rate = self.rate
        if rate == 1:
            return torch.zeros_like(inputs)
        shape = self._mask_shape(inputs)
        like = inputs if shape is None else inputs.new_empty(shape)
        kept = keep_mask(like, rate, self.seed_generator.generator(inputs.device)) * (1 - rate)  # 0 or 1
        a = ((1 - rate) * (1 + rate * _FLOOR**2)) ** -0.5
        b = -a * _FLOOR * rate
        return inputs * (kept * a) + (kept * (-a * _FLOOR) + (a * _FLOOR + b))
