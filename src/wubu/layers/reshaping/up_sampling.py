"""Axes of space made longer by whole factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import as_choice, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.spatial import channels_restored, channels_second, space_of, with_space

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "area")


class _UpSampling(Layer):
    """Base: repeats each place along each axis of space."""

    keeps_dtype = True
    _rank: int
    size: Any

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _factors(self) -> Sequence[int]:
        return self.size

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        first = 1 if self.data_format == "channels_last" else 2
        if not inputs.is_floating_point():
            for axis, factor in enumerate(self._factors(), start=first):
                inputs = inputs.repeat_interleave(factor, axis)
            return inputs
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        factors = tuple(self._factors())
        if self._rank == 1:
            x, factors = x.unsqueeze(2), (1, *factors)
        made = self._resized(x, [size * factor for size, factor in zip(x.shape[2:], factors, strict=True)])
        return channels_restored(made.squeeze(2) if self._rank == 1 else made, self.data_format)

    def _resized(self, x: torch.Tensor, size: list[int]) -> torch.Tensor:
        return F.interpolate(x, size, mode="nearest")

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape with the sizes of space multiplied."""
        space = [
            None if size is None else size * factor
            for size, factor in zip(space_of(input_shape, self.data_format), self._factors(), strict=True)
        ]
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        return with_space(input_shape[0], space, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "size", "data_format")}


class UpSampling1D(_UpSampling):
    """Repeat each step of a sequence.

    Args:
        size: how often.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, steps * size, channels)``.
    """

    _rank = 1

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__("channels_last", **kwargs)
        (self.size,) = as_tuple(size, 1, "size")

    def _factors(self) -> Sequence[int]:
        return (self.size,)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = super().get_config()
        del config["data_format"]
        return config


class UpSampling2D(_UpSampling):
    """Make pictures larger.

    Args:
        size: the factors, one integer or (height, width).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        interpolation: ``"nearest"`` (each pixel repeated), ``"bilinear"``, ``"bicubic"`` or ``"area"``.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: the same with height and width multiplied.
    """

    _rank = 2

    def __init__(
        self,
        size: int | Sequence[int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.size = as_tuple(size, 2, "size")
        self.interpolation = as_choice(interpolation, _INTERPOLATIONS, "interpolation")

    def _resized(self, x: torch.Tensor, size: list[int]) -> torch.Tensor:
        if self.interpolation in ("bilinear", "bicubic"):
            return F.interpolate(x, size, mode=self.interpolation, align_corners=False)
        return super()._resized(x, size)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "interpolation")}


class UpSampling3D(_UpSampling):
    """Repeat each place of volumes along each axis.

    Args:
        size: how often, one integer or one per axis.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: the same with the axes of space multiplied.
    """

    _rank = 3

    def __init__(
        self, size: int | Sequence[int] = (2, 2, 2), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.size = as_tuple(size, 3, "size")
