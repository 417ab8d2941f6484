"""What merging layers have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu.errors import ShapeError
from wubu.layers.base import Layer

Shape = tuple[int | None, ...]


def mask_of(x: torch.Tensor) -> torch.Tensor | None:
    """The mask that a tensor carries, or None."""
    return getattr(x, "_keras_mask", None)


def full_mask(x: torch.Tensor) -> torch.Tensor | None:
    """The mask that a tensor carries, in the tensor's own shape."""
    mask = mask_of(x)
    return None if mask is None else mask.bool().unsqueeze(-1).expand(x.shape)


class Merge(Layer):
    """Base of the layers that combine a list of tensors element by element.

    Shapes must be equal or broadcast, where a tensor with fewer axes gets ones after the batch.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def _merge(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        """Combine tensors with equally many axes."""
        raise NotImplementedError

    def _shapes(self, input_shape: Any) -> list[Shape]:
        """The shapes of the inputs, checked to be a list of them."""
        if not isinstance(input_shape, list | tuple) or not all(isinstance(s, list | tuple) for s in input_shape):
            raise ShapeError(
                f"Layer {self.name!r} ({type(self).__name__}) expects a list of inputs. "
                f"Received: input shape {input_shape}. Try: layer([x, y])"
            )
        shapes = [tuple(s) for s in input_shape]
        if not shapes:
            raise ShapeError(f"Layer {self.name!r} expects at least one input. Received: an empty list")
        return shapes

    def build(self, input_shape: Any) -> None:
        """Check that the shapes fit together."""
        self._merged_shape(self._shapes(input_shape))

    def _merged_shape(self, shapes: Sequence[Shape]) -> Shape:
        batches = {s[0] for s in shapes if s} - {None}
        if len(batches) > 1:
            raise ShapeError(f"Layer {self.name!r} cannot merge batches of different sizes. Received: {list(shapes)}")
        merged: Shape = shapes[0][1:]
        for shape in shapes[1:]:
            merged = self._broadcast(merged, shape[1:], shapes)
        return (next(iter(batches), None), *merged)

    def _broadcast(self, one: Shape, other: Shape, shapes: Sequence[Shape]) -> Shape:
        if len(one) < len(other):
            one, other = other, one
        kept = len(one) - len(other)
        made = list(one[:kept])
        for a, b in zip(one[kept:], other, strict=True):
            if a is None or b is None:
                made.append(None)
            elif a == b or b == 1:
                made.append(a)
            elif a == 1:
                made.append(b)
            else:
                raise ShapeError(
                    f"Layer {self.name!r} ({type(self).__name__}) cannot merge sizes {a} and {b} of one axis. "
                    f"Received: input shapes {list(shapes)}"
                )
        return tuple(made)

    def call(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        """Compute the output."""
        if not isinstance(inputs, list | tuple):
            raise ShapeError(f"Layer {self.name!r} expects a list of inputs. Received: {type(inputs).__name__}")
        rank = max(x.dim() for x in inputs)
        return self._merge([_with_rank(x, rank) for x in inputs])

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """The shape that the inputs broadcast to."""
        return self._merged_shape(self._shapes(input_shape))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """True where any input counts; None when an input has no mask."""
        if previous_mask is None or any(m is None for m in previous_mask):
            return None
        mask = previous_mask[0]
        for other in previous_mask[1:]:
            mask = torch.logical_or(mask, other)
        return mask


def _with_rank(x: torch.Tensor, rank: int) -> torch.Tensor:
    mask = mask_of(x)
    if x.dim() == rank:
        return x
    x = x.reshape(x.shape[0], *(1,) * (rank - x.dim()), *x.shape[1:])  # (batch, 1, …)
    if mask is not None:
        x._keras_mask = mask  # type: ignore[attr-defined]
    return x


def merge_where_unmasked(
    function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], inputs: Sequence[torch.Tensor]
) -> torch.Tensor:
    """Combine tensors pair by pair; a masked place leaves it to the other tensor."""
    output, output_mask = inputs[0], full_mask(inputs[0])
    for x in inputs[1:]:
        mask = full_mask(x)
        if mask is not None:
            x = torch.where(mask, x, output)
        if output_mask is not None:
            output = torch.where(output_mask, output, x)
        both = mask is not None and output_mask is not None
        output_mask = torch.logical_or(output_mask, mask) if both else None  # type: ignore[arg-type]
        output = function(output, x)
    return output
