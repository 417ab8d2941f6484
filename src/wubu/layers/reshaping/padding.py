"""Zeros around the axes of space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import standardize_data_format
from wubu.layers.arguments import as_pairs, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.spatial import space_of, with_space

Pairs = Sequence[tuple[int, int]]


class _ZeroPadding(Layer):
    """Base: pads each axis of space by a pair (before, after)."""

    keeps_dtype = True
    _rank: int

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _pairs(self) -> Pairs:
        raise NotImplementedError

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        pairs = list(self._pairs())
        if self.data_format == "channels_last":
            pairs.append((0, 0))
        return F.pad(inputs, [p for pair in reversed(pairs) for p in pair])

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape with the zeros added."""
        space = [
            None if size is None else size + before + after
            for size, (before, after) in zip(space_of(input_shape, self.data_format), self._pairs(), strict=True)
        ]
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        return with_space(input_shape[0], space, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "padding", "data_format")}


class ZeroPadding1D(_ZeroPadding):
    """Add steps of zeros before and after a sequence.

    Args:
        padding: how many, one integer or (before, after).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, before + steps + after, channels)``.
    """

    _rank = 1

    def __init__(self, padding: int | Sequence[int] = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.padding = as_tuple(padding, 2, "padding", least=0)

    def _pairs(self) -> Pairs:
        return [(self.padding[0], self.padding[1])]


class ZeroPadding2D(_ZeroPadding):
    """Add rows and columns of zeros around pictures.

    Args:
        padding: how many: one integer, (height, width), or ((top, bottom), (left, right)).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: the same with height and width increased.
    """

    _rank = 2

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.padding = as_pairs(padding, 2, "padding")

    def _pairs(self) -> Pairs:
        return self.padding


class ZeroPadding3D(_ZeroPadding):
    """Add planes of zeros around volumes.

    Args:
        padding: how many: one integer, one per axis, or a pair (before, after) per axis.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: the same with the axes of space increased.
    """

    _rank = 3

    def __init__(
        self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.padding = as_pairs(padding, 3, "padding")

    def _pairs(self) -> Pairs:
        return self.padding
