"""What the poolings into a given number of windows have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.layers.spatial import channels_restored, channels_second, with_space


class AdaptivePooling(Layer):
    """Base of the poolings into ``output_size`` windows, each as large as it must be.

    Window i of n over an axis of size s goes from ``floor(i s / n)`` to ``ceil((i + 1) s / n)``.
    """

    _rank: int

    def __init__(self, output_size: int | Sequence[int], data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_size = as_tuple(output_size, self._rank, "output_size")
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _pool(self, x: torch.Tensor, size: Any) -> torch.Tensor:
        raise NotImplementedError

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        if self._rank == 1:
            return channels_restored(self._pool(x.unsqueeze(2), (1, *self.output_size)).squeeze(2), self.data_format)
        return channels_restored(self._pool(x, self.output_size), self.data_format)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, ``output_size`` and the channels."""
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        return with_space(input_shape[0], self.output_size, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "output_size", "data_format")}


class AdaptiveAveragePooling(AdaptivePooling):
    """Base of AdaptiveAveragePooling1D, 2D and 3D."""

    def _pool(self, x: torch.Tensor, size: Any) -> torch.Tensor:
        return F.adaptive_avg_pool3d(x, size) if x.dim() == 5 else F.adaptive_avg_pool2d(x, size)


class AdaptiveMaxPooling(AdaptivePooling):
    """Base of AdaptiveMaxPooling1D, 2D and 3D."""

    def _pool(self, x: torch.Tensor, size: Any) -> torch.Tensor:
        return F.adaptive_max_pool3d(x, size) if x.dim() == 5 else F.adaptive_max_pool2d(x, size)
