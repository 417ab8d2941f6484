"""A vector as every step of a sequence."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.arguments import as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec


class RepeatVector(Layer):
    """Repeat each row of the batch, as the steps of a sequence.

    Args:
        n: how many steps.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, features)``. Output shape: ``(batch, n, features)``.
    """

    keeps_dtype = True

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (self.n,) = as_tuple(n, 1, "n")
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return inputs.unsqueeze(1).expand(-1, self.n, -1)  # (batch, n, features)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape with ``n`` steps."""
        return input_shape[0], self.n, input_shape[1]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "n")}
