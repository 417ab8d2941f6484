"""Division by the norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer

_LEAST = 1e-12


class UnitNormalization(Layer):
    """``x / sqrt(sum(x**2))``, with the sum over the given axes.

    Args:
        axis: the axis or axes along which the norm becomes 1.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.

    Example:
        >>> UnitNormalization()(torch.tensor([[3.0, 4.0]]))
        tensor([[0.6000, 0.8000]])
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, int | list | tuple):
            raise ArgumentError(f"Expected axis to be an integer or a list of them. Received: axis={axis!r}")
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        norm = torch.linalg.vector_norm(inputs, 2, axes, keepdim=True)
        return inputs / norm.clamp(min=_LEAST)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "axis")}
