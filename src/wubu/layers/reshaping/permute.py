"""Axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec


class Permute(Layer):
    """Put the axes of each row of the batch into another order.

    Args:
        dims: the axes in their new order, counted from 1; the batch axis (0) stays where it is.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, …)``. Output shape: the same sizes in the new order.

    Example:
        >>> Permute((2, 1))(torch.ones(5, 2, 3)).shape
        torch.Size([5, 3, 2])
    """

    keeps_dtype = True

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(
                f"Expected dims to be a permutation of {tuple(range(1, len(self.dims) + 1))}. Received: dims={dims!r}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return inputs.permute(0, *self.dims)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's sizes in the new order."""
        return input_shape[0], *(input_shape[d] for d in self.dims)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "dims")}
