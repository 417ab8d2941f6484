"""What the poolings into a given number of windows have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.pooling import adaptive_average_pool, adaptive_max_pool
from wubu.ops.nn.spatial import with_space


class AdaptivePooling(Layer):
    """Base of the poolings into ``output_size`` windows, each as large as it must be.

    Window i of n over an axis of size s goes from ``floor(i s / n)`` to ``ceil((i + 1) s / n)``.
    """

    _rank: int
    _pool: Callable[..., torch.Tensor]

    def __init__(self, output_size: int | Sequence[int], data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_size = as_tuple(output_size, self._rank, "output_size")
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return self._pool(inputs, self.output_size, self.data_format)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, ``output_size`` and the channels."""
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        return with_space(input_shape[0], self.output_size, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "output_size", "data_format")}


class AdaptiveAveragePooling(AdaptivePooling):
    """Base of AdaptiveAveragePooling1D, 2D and 3D."""

    _pool = staticmethod(adaptive_average_pool)


class AdaptiveMaxPooling(AdaptivePooling):
    """Base of AdaptiveMaxPooling1D, 2D and 3D."""

    _pool = staticmethod(adaptive_max_pool)
