"""Dropout, of single values and of whole channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.dropout_op import keep_mask
from wubu.core.seeds import SeedGenerator
from wubu.core.settings import standardize_data_format
from wubu.errors import ArgumentError
from wubu.layers.arguments import as_rate, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec


class Dropout(Layer):
    """Set a random part of the values to 0 in training and scale the rest by ``1 / (1 - rate)``.

    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Args:
        rate: the fraction to drop, from 0 to 1.
        noise_shape: the shape of the mask; a size of 1 drops the whole axis together, None means the input's size.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any.

    Example:
        >>> sorted(set(Dropout(0.5, seed=1)(torch.ones(100), training=True).tolist()))
        [0.0, 2.0]
    """

    keeps_dtype = True

    def __init__(self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.rate = as_rate(rate)
        self.seed = seed
        self.noise_shape = _checked(noise_shape)
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """Compute the output: the input itself outside training."""
        if not training or self.rate == 0:
            return inputs
        like = inputs
        shape = self._mask_shape(inputs)
        if shape is not None:
            like = inputs.new_empty(shape)
        if not like.is_floating_point():
            like = like.float()
        return inputs * keep_mask(like, self.rate, self.seed_generator.generator(inputs.device))

    def _mask_shape(self, inputs: torch.Tensor) -> tuple[int, ...] | None:
        if self.noise_shape is None:
            return None
        return tuple(inputs.shape[i] if d is None else d for i, d in enumerate(self.noise_shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "rate", "seed", "noise_shape")}


def _checked(noise_shape: Any) -> tuple[int | None, ...] | None:
    if noise_shape is None:
        return None
    try:
        found = tuple(noise_shape)
    except TypeError:
        found = (noise_shape,)
    if isinstance(noise_shape, str) or any(d is not None and (not isinstance(d, int) or d <= 0) for d in found):
        raise ArgumentError(f"Expected noise_shape to hold positive integers or None. Received: noise_shape={noise_shape!r}")
    return found


class _SpatialDropout(Dropout):
    """Dropout of whole channels: neighbouring places of a picture are too much alike to be dropped one by one.

    Tompson et al., "Efficient object localization using convolutional networks", 2015.
    """

    _space: int

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._space + 2)

    def _mask_shape(self, inputs: torch.Tensor) -> tuple[int, ...]:
        ones = (1,) * self._space
        if self.data_format == "channels_first":
            return (*inputs.shape[:2], *ones)
        return (inputs.shape[0], *ones, inputs.shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again; Keras's layer takes no others."""
        return {**stored(self, "rate", "seed", "name", "data_format"), "dtype": super().get_config()["dtype"]}


class SpatialDropout1D(_SpatialDropout):
    """Drop whole channels of sequences in training.

    Args:
        rate: the fraction of channels to drop, from 0 to 1.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: ``(batch, steps, channels)``.
    """

    _space = 1

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, "channels_last", seed, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = super().get_config()
        del config["data_format"]
        return config


class SpatialDropout2D(_SpatialDropout):
    """Drop whole channels of pictures in training.

    Args:
        rate: the fraction of channels to drop, from 0 to 1.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: ``(batch, height, width, channels)``.
    """

    _space = 2


class SpatialDropout3D(_SpatialDropout):
    """Drop whole channels of volumes in training.

    Args:
        rate: the fraction of channels to drop, from 0 to 1.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: an integer for a random stream of the layer's own; default the global one.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: ``(batch, depth, height, width, channels)``.
    """

    _space = 3
