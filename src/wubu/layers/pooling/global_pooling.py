"""The maximum or mean over all of space."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec


class GlobalPooling(Layer):
    """Base of the poolings over all of space.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axes of space stay, with size 1.
        **kwargs: the arguments of ``Layer``.
    """

    _rank: int

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _space(self) -> list[int]:
        """The axes of space."""
        first = 1 if self.data_format == "channels_last" else 2
        return list(range(first, first + self._rank))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch and the channels, with ones for the axes of space if they are kept."""
        space = self._space()
        sizes = (1 if i in space else d for i, d in enumerate(input_shape) if self.keepdims or i not in space)
        return tuple(sizes)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "data_format", "keepdims")}


class _GlobalMax(GlobalPooling):
    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return torch.amax(inputs, self._space(), keepdim=self.keepdims)


class _GlobalAverage(GlobalPooling):
    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return torch.mean(inputs, self._space(), keepdim=self.keepdims)


class GlobalAveragePooling1D(_GlobalAverage):
    """The mean of each channel over all steps; masked steps do not count.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axis of steps stays, with size 1.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)`` and a mask of shape ``(batch, steps)``. Output shape: ``(batch,
    channels)``.
    """

    _rank = 1

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Compute the output."""
        if mask is None:
            return super().call(inputs)
        steps = self._space()[0]
        there = mask.bool().unsqueeze(2 if steps == 1 else 1)
        total = torch.where(there, inputs, 0.0).sum(steps, keepdim=self.keepdims)
        return total / there.to(inputs.dtype).sum(steps, keepdim=self.keepdims)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """None: the steps are gone."""


class GlobalAveragePooling2D(_GlobalAverage):
    """The mean of each channel over the whole picture (Lin et al., "Network in network", 2014).

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axes of space stay, with size 1.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: ``(batch, channels)``.
    """

    _rank = 2


class GlobalAveragePooling3D(_GlobalAverage):
    """The mean of each channel over the whole volume.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axes of space stay, with size 1.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: ``(batch, channels)``.
    """

    _rank = 3


class GlobalMaxPooling1D(_GlobalMax):
    """The largest value of each channel over all steps.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axis of steps stays, with size 1.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, channels)``.
    """

    _rank = 1


class GlobalMaxPooling2D(_GlobalMax):
    """The largest value of each channel over the whole picture.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axes of space stay, with size 1.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: ``(batch, channels)``.
    """

    _rank = 2


class GlobalMaxPooling3D(_GlobalMax):
    """The largest value of each channel over the whole volume.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        keepdims: whether the axes of space stay, with size 1.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: ``(batch, channels)``.
    """

    _rank = 3
