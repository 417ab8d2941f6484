"""What the poolings of windows have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import as_choice, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.casting import widened
from wubu.layers.input_spec import InputSpec
from wubu.layers.spatial import (
    channels_restored,
    channels_second,
    same_padding,
    space_of,
    window_counts,
    with_space,
)


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

    def _pool(self, x: torch.Tensor, **options: Any) -> torch.Tensor:
        """Pool a tensor in torch's order of axes, with two or three axes of space."""
        raise NotImplementedError

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        window_counts(
            space_of(inputs.shape, self.data_format), self.pool_size, self.strides, self.padding, owner=self.name
        )
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        size, strides, space = self.pool_size, self.strides, tuple(x.shape[2:])
        if self.rank == 1:
            # As a picture of height 1, which stays channels_last in memory.
            x, size, strides, space = x.unsqueeze(2), (1, *size), (1, *strides), (1, *space)
        made = self._padded_pool(x, space, size, strides)
        return channels_restored(made.squeeze(2) if self.rank == 1 else made, self.data_format)

    def _padded_pool(
        self, x: torch.Tensor, space: Sequence[int], size: tuple[int, ...], strides: tuple[int, ...]
    ) -> torch.Tensor:
        options: dict[str, Any] = {"kernel_size": size, "stride": strides}
        if self.padding == "valid":
            return self._pool(x, **options)
        # torch pads both sides alike, Keras may pad one more after. Where the stride is over 1, ceil_mode reaches the
        # end; where it is 1, padding both sides more gives one window too many, the first. Neither copies the input.
        pads = [same_padding(*axis) for axis in zip(space, size, strides, strict=True)]
        extra = [stride == 1 and after > before for (before, after), stride in zip(pads, strides, strict=True)]
        padding = [after if more else before for (before, after), more in zip(pads, extra, strict=True)]
        made = self._pool(x, **options, padding=padding, ceil_mode=True)
        for axis, more in enumerate(extra, start=2):
            if more:
                made = made.narrow(axis, 1, made.shape[axis] - 1)
        return made

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

    def _pool(self, x: torch.Tensor, **options: Any) -> torch.Tensor:
        return F.max_pool3d(x, **options) if x.dim() == 5 else F.max_pool2d(x, **options)


class AveragePooling(WindowPooling):
    """Base of AveragePooling1D, 2D and 3D; the zeros around do not count as values."""

    def _pool(self, x: torch.Tensor, **options: Any) -> torch.Tensor:
        if x.dim() == 4:
            return F.avg_pool2d(x, **options, count_include_pad=False)
        # torch's kernel for volumes has no half version on CPUs.
        wide = widened(x) if x.device.type == "cpu" else x
        return F.avg_pool3d(wide, **options, count_include_pad=False).to(x.dtype)
