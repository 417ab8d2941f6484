"""Steps of sequences that hold nothing, marked so that later layers leave them out."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.arguments import stored
from wubu.layers.base import Layer


class Masking(Layer):
    """Mark the steps whose features all equal a value; their features become 0.

    Args:
        mask_value: the value that stands for nothing.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: ``(batch, steps, …, features)``. The output carries a mask of shape ``(batch, steps, …)``,
    False where nothing is.
    """

    keeps_dtype = True

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True

    def compute_mask(self, inputs: torch.Tensor, previous_mask: Any = None) -> torch.Tensor:
        """False where every feature equals the value."""
        return (inputs != self.mask_value).any(dim=-1)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        there = (inputs != self.mask_value).any(dim=-1, keepdim=True)
        return torch.where(there, inputs, 0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "mask_value")}
