"""Softmax as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.activations.normalizing import softmax
from wubu.errors import ShapeError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer


class Softmax(Layer):
    """``exp(x) / sum(exp(x))`` along one or more axes; masked places get 0.

    Args:
        axis: the axis or axes that sum to one.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``mask``, broadcast against the input, with True where places count.

    Input and output shape: any.
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

    def call(self, inputs: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Compute the output."""
        if mask is None:
            return self._softmax(inputs)
        sizes = zip(reversed(mask.shape), reversed(inputs.shape), strict=False)
        if mask.dim() > inputs.dim() or any(m not in (1, i) for m, i in sizes):
            raise ShapeError(
                f"Layer {self.name!r} expects a mask that broadcasts against its input of shape "
                f"{tuple(inputs.shape)}. Received: a mask of shape {tuple(mask.shape)}"
            )
        there = mask if mask.dtype is torch.bool else mask > 0.5
        lowest = -3e4 if inputs.dtype is torch.float16 else -1e9
        return torch.where(there, self._softmax(torch.where(there, inputs, lowest)), 0.0)

    def _softmax(self, x: torch.Tensor) -> torch.Tensor:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        if len(axes) == 1:
            return softmax(x, axes[0])
        return torch.exp(x - torch.logsumexp(x, axes, keepdim=True))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        rank = len(input_shape)
        if any(not -rank <= a < rank for a in ([self.axis] if isinstance(self.axis, int) else self.axis)):
            raise ShapeError(f"Layer {self.name!r} has axis={self.axis}. Received: input shape {tuple(input_shape)}")
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "axis")}
