"""Normalization by the root of the mean square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.errors import ShapeError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.casting import matched


class RMSNormalization(Layer):
    """``scale * x / sqrt(mean(x**2) + epsilon)``, with the mean over the given axes.

    Zhang & Sennrich, "Root mean square layer normalization", 2019.

    Args:
        axis: the axis or axes that the mean is taken over; ``scale`` has their shape.
        epsilon: what is added to the mean square.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any, with the sizes of the axes known.
    """

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = epsilon

    def _axes(self, rank: int) -> list[int]:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        if any(not -rank <= axis < rank for axis in axes):
            raise ShapeError(f"Layer {self.name!r} has axis={self.axis}. Received: an input with {rank} axes")
        return sorted(axis % rank for axis in axes)

    def build(self, input_shape: Any) -> None:
        """Make the scale, of the sizes of the axes."""
        shape = [input_shape[axis] for axis in self._axes(len(input_shape))]
        self.scale = self.add_weight(shape, "ones", name="scale")

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x, scale = matched(self, inputs, self.scale)
        axes = self._axes(x.dim())
        order = [i for i in range(x.dim()) if i not in axes] + axes
        trailing = order == sorted(order)
        x = x if trailing else x.permute(order)  # (…, *axes)
        made = F.rms_norm(x, x.shape[-len(axes) :], scale, self.epsilon)
        return made if trailing else made.permute([order.index(i) for i in range(x.dim())])

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "axis", "epsilon")}
