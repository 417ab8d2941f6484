"""Dot products of two tensors, row by row of the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import epsilon
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.merging.base import Merge, Shape


class Dot(Merge):
    """The dot product of two tensors along one axis of each, row by row of the batch.

    Args:
        axes: the axis, or one for each tensor; the batch axis (0) cannot be one.
        normalize: whether both are divided by their norm along the axis first, which gives the cosine.
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of two shapes. Output shape: the batch, the other axes of the first, the other axes of the
    second; a single 1 when none are left.

    Example:
        >>> Dot(axes=(2, 1))([torch.ones(5, 2, 3), torch.ones(5, 3, 4)]).shape
        torch.Size([5, 2, 4])
    """

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        pair = (axes, axes) if isinstance(axes, int) else axes
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(a, int) for a in pair):
            raise ArgumentError(f"Expected axes to be an integer or two of them. Received: axes={axes!r}")
        self.axes = axes
        self.normalize = normalize

    def _pair(self, ranks: Sequence[int]) -> tuple[int, int]:
        pair = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        if any(not -rank <= axis < rank for axis, rank in zip(pair, ranks, strict=True)):
            raise ShapeError(f"Layer {self.name!r} has axes={self.axes}. Received: inputs with {list(ranks)} axes")
        first, second = (axis % rank for axis, rank in zip(pair, ranks, strict=True))
        if 0 in (first, second):
            raise ShapeError(f"Layer {self.name!r} cannot take products over the batch axis. Received: axes={self.axes}")
        return first, second

    def _merged_shape(self, shapes: Sequence[Shape]) -> Shape:
        if len(shapes) != 2:
            raise ShapeError(f"Layer {self.name!r} expects two inputs. Received: input shapes {list(shapes)}")
        one, other = shapes
        first, second = self._pair((len(one), len(other)))
        if None not in (one[first], other[second]) and one[first] != other[second]:
            raise ShapeError(
                f"Layer {self.name!r} expects axis {first} of the first and axis {second} of the second input to have "
                f"the same size. Received: input shapes {list(shapes)}"
            )
        left = [d for i, d in enumerate(one) if i != first]
        left += [d for i, d in enumerate(other) if i not in (0, second)]
        return tuple(left) if len(left) > 1 else (left[0], 1)

    def call(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        """Compute the output."""
        one, other = inputs
        first, second = self._pair((one.dim(), other.dim()))
        if self.normalize:
            one, other = (F.normalize(x, dim=d, eps=epsilon()) for x, d in ((one, first), (other, second)))
        left, right = one.movedim(first, -1), other.movedim(second, 1)
        made = left.flatten(1, -2) if left.dim() > 2 else left.unsqueeze(1)  # (batch, others of one, n)
        factor = right.flatten(2) if right.dim() > 2 else right.unsqueeze(2)  # (batch, n, others of other)
        product = torch.bmm(made, factor)
        shape = (*left.shape[1:-1], *right.shape[2:]) or (1,)
        return product.reshape(one.shape[0], *shape)  # (batch, others of one, others of other)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """None: the masked axes are gone."""

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "axes", "normalize")}


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """``Dot(axes, **kwargs)(inputs)``."""
    return Dot(axes=axes, **kwargs)(inputs)
