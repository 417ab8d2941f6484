"""What the poolings of windows have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import as_choice, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.pooling import largest, mean, pool_windows
from wubu.ops.nn.spatial import space_of, window_counts, with_space


class WindowPooling(Layer):
    """Base of the poolings of windows.

    Args:
        rank: the number of axes of space, 1 to 3.
        pool_size: the windows' size, one integer or one for each axis of space.
        strides: how far they move. Default: their size.
        padding: ``"valid"``: windows inside only; ``"same"``: one window for each stride, those at the rim smaller.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.
    """

    _pool: Callable[..., torch.Tensor]

    def __init__(
        self,
        rank: int,
        pool_size: int | Sequence[int],
        strides: int | Sequence[int] | None,
        padding: str,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rank = rank
        self.pool_size = as_tuple(pool_size, rank, "pool_size")
        self.strides = self.pool_size if strides is None else as_tuple(strides, rank, "strides")
        self.padding = as_choice(padding, ("valid", "same"), "padding")
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=rank + 2)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return pool_windows(
            self._pool, inputs, self.pool_size, self.strides, self.padding, self.data_format, self.name
        )

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the number of places the window has along each axis, and the channels."""
        counts = window_counts(
            space_of(input_shape, self.data_format), self.pool_size, self.strides, self.padding, owner=self.name
        )
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        return with_space(input_shape[0], counts, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "pool_size", "padding", "strides", "data_format")}


class MaxPooling(WindowPooling):
    """Base of MaxPooling1D, 2D and 3D."""

    _pool = staticmethod(largest)


class AveragePooling(WindowPooling):
    """Base of AveragePooling1D, 2D and 3D; the zeros around do not count as values."""

    _pool = staticmethod(mean)
