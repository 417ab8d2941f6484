"""Tensors one after the other along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ShapeError
from wubu.layers.arguments import stored
from wubu.layers.merging.base import Merge, Shape


class Concatenate(Merge):
    """Join a list of tensors along an axis.

    Args:
        axis: the axis; all other sizes must be equal.
        **kwargs: the arguments of ``Layer``.

    Input shape: a list of shapes. Output shape: the first with the sizes of the axis added up.

    Example:
        >>> Concatenate()([torch.ones(2, 3), torch.ones(2, 4)]).shape
        torch.Size([2, 7])
    """

    keeps_dtype = True

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = int(axis)

    def _merged_shape(self, shapes: Sequence[Shape]) -> Shape:
        rank = len(shapes[0])
        if any(len(s) != rank for s in shapes) or not -rank <= self.axis < rank:
            raise ShapeError(
                f"Layer {self.name!r} expects inputs with equally many axes, axis {self.axis} among them. "
                f"Received: input shapes {list(shapes)}"
            )
        axis = self.axis % rank
        merged: list[int | None] = []
        for i, sizes in enumerate(zip(*shapes, strict=True)):
            known = {d for d in sizes if d is not None}
            if i == axis:
                merged.append(None if None in sizes else sum(d for d in sizes if d is not None))
            elif len(known) > 1:
                raise ShapeError(
                    f"Layer {self.name!r} concatenates axis {self.axis}; the sizes of axis {i} must be equal. "
                    f"Received: input shapes {list(shapes)}"
                )
            else:
                merged.append(next(iter(known), None))
        return tuple(merged)

    def call(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        """Compute the output."""
        return torch.cat(list(inputs), dim=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The inputs' masks joined along the axis; an input without one counts everywhere."""
        if previous_mask is None or all(m is None for m in previous_mask):
            return None
        masks = []
        for x, mask in zip(inputs, previous_mask, strict=True):
            if mask is None:
                masks.append(torch.ones_like(x, dtype=torch.bool))
            elif mask.dim() < x.dim():
                masks.append(mask.bool().unsqueeze(-1).expand(x.shape))
            else:
                masks.append(mask.bool())
        return torch.cat(masks, dim=self.axis).any(dim=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "axis")}


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """``Concatenate(axis, **kwargs)(inputs)``."""
    return Concatenate(axis=axis, **kwargs)(inputs)
