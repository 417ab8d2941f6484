"""The axes of space without their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.settings import standardize_data_format
from wubu.errors import ShapeError
from wubu.layers.arguments import as_pairs, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.spatial import space_of, with_space

Pairs = Sequence[tuple[int, int]]


class _Cropping(Layer):
    """Base: takes a pair (before, after) off each axis of space."""

    keeps_dtype = True
    _rank: int

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _pairs(self) -> Pairs:
        raise NotImplementedError

    def _cropped(self, shape: Sequence[int | None]) -> list[int | None]:
        space: list[int | None] = []
        for size, (before, after) in zip(space_of(shape, self.data_format), self._pairs(), strict=True):
            space.append(None if size is None else size - before - after)
            if size is not None and size <= before + after:
                raise ShapeError(
                    f"Layer {self.name!r} crops {before} and {after} off an axis of size {size}: nothing is left. "
                    f"Received: input shape {tuple(shape)}"
                )
        return space

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        first = 1 if self.data_format == "channels_last" else 2
        for axis, (size, (before, _)) in enumerate(
            zip(self._cropped(inputs.shape), self._pairs(), strict=True), start=first
        ):
            inputs = inputs.narrow(axis, before, size)  # type: ignore[arg-type]
        return inputs

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape without what is cropped."""
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        return with_space(input_shape[0], self._cropped(input_shape), channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "cropping", "data_format")}


class Cropping1D(_Cropping):
    """Take steps off both ends of a sequence.

    Args:
        cropping: how many, one integer or (before, after).
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, steps - before - after, channels)``.
    """

    _rank = 1

    def __init__(self, cropping: int | Sequence[int] = (1, 1), **kwargs: Any) -> None:
        super().__init__("channels_last", **kwargs)
        self.cropping = as_tuple(cropping, 2, "cropping", least=0)

    def _pairs(self) -> Pairs:
        return [(self.cropping[0], self.cropping[1])]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = super().get_config()
        del config["data_format"]
        return config


class Cropping2D(_Cropping):
    """Take rows and columns off the sides of pictures.

    Args:
        cropping: how many: one integer, (height, width), or ((top, bottom), (left, right)).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: the same with height and width decreased.
    """

    _rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.cropping = as_pairs(cropping, 2, "cropping")

    def _pairs(self) -> Pairs:
        return self.cropping


class Cropping3D(_Cropping):
    """Take planes off the sides of volumes.

    Args:
        cropping: how many: one integer, one per axis, or a pair (before, after) per axis.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: the same with the axes of space decreased.
    """

    _rank = 3

    def __init__(
        self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.cropping = as_pairs(cropping, 3, "cropping")

    def _pairs(self) -> Pairs:
        return self.cropping
