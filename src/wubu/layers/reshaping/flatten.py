"""All axes but the batch as one."""

from __future__ import annotations

import math
from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec


class Flatten(Layer):
    """Make one axis of all axes but the batch.

    Args:
        data_format: with ``"channels_first"`` the channels are moved last first, so that weights trained with either
            layout fit.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, …)``. Output shape: ``(batch, features)``.

    Example:
        >>> Flatten()(torch.ones(2, 28, 28)).shape
        torch.Size([2, 784])
    """

    keeps_dtype = True

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        if self.data_format == "channels_first" and inputs.dim() > 2:
            inputs = inputs.movedim(1, -1)
        return inputs.reshape(inputs.shape[0], math.prod(inputs.shape[1:]))  # (batch, features)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch and the product of the other sizes."""
        rest = input_shape[1:]
        return input_shape[0], None if None in rest else math.prod(rest)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "data_format")}
