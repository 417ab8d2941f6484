"""A penalty on the values that pass through."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.regularizers.norms import L1L2


class ActivityRegularization(Layer):
    """Add ``l1 * sum(|x|) + l2 * sum(x**2)``, divided by the batch size, to the loss; the values pass unchanged.

    Args:
        l1: the factor of the absolute values.
        l2: the factor of the squares.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=L1L2(l1=l1, l2=l2), **kwargs)
        self.supports_masking = True
        self.l1, self.l2 = l1, l2

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Give the input back."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = super().get_config()
        config.pop("activity_regularizer", None)
        return {**config, **stored(self, "l1", "l2")}
