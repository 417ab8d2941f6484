"""The same values in another shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer


class Reshape(Layer):
    """Give each row of the batch another shape; the values keep their order.

    Args:
        target_shape: the shape without the batch axis. One size may be -1: it is found from the others.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, …)``. Output shape: ``(batch, *target_shape)``.

    Raises:
        ShapeError: when the number of values does not fit.

    Example:
        >>> Reshape((7, -1))(torch.ones(2, 28)).shape
        torch.Size([2, 7, 4])
    """

    keeps_dtype = True

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        if any(d is not None and d < -1 for d in self.target_shape) or self.target_shape.count(-1) > 1:
            raise ArgumentError(
                f"Expected target_shape to hold sizes and at most one -1. Received: target_shape={self.target_shape}"
            )

    def _resolved(self, sizes: Sequence[int | None]) -> tuple[Any, ...]:
        target = self.target_shape
        if None in sizes:
            return tuple(None if d == -1 else d for d in target)
        count = math.prod(d for d in sizes if d is not None)
        known = math.prod(d for d in target if d != -1)
        if count != known if -1 not in target else (known == 0 or count % known):
            raise ShapeError(
                f"Layer {self.name!r} cannot make {target} of {tuple(sizes)}: the first has "
                f"{known if -1 not in target else f'a multiple of {known}'} values, the second {count}"
            )
        return tuple(count // known if d == -1 else d for d in target)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return inputs.reshape(inputs.shape[0], *self._resolved(inputs.shape[1:]))  # (batch, *target_shape)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch and the target shape."""
        return input_shape[0], *self._resolved(input_shape[1:])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "target_shape")}
