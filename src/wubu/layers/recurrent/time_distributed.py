"""A layer applied to every step."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ShapeError
from wubu.layers.base import Layer
from wubu.layers.core.wrapper import Wrapper
from wubu.layers.normalization.batch_normalization import BatchNormalization


class TimeDistributed(Wrapper):
    """Apply a layer to every step of a sequence, with the same weights.

    All steps of all rows go through the layer as one batch, except in the training of batch normalization, whose
    statistics are those of each step.

    Args:
        layer: the layer.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, …)``. Output shape: ``(batch, steps, …)`` with the layer's output sizes.

    Example:
        >>> from wubu.layers import Conv2D
        >>> TimeDistributed(Conv2D(4, 3))(torch.ones(2, 10, 8, 8, 3)).shape
        torch.Size([2, 10, 6, 6, 4])
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def _step_shape(self, shape: Any) -> Any:
        if not isinstance(shape, list | tuple) or len(shape) < 3:
            raise ShapeError(f"Layer {self.name!r} expects an input with at least 3 axes. Received: input shape {shape}")
        return (shape[0], *shape[2:])

    def build(self, input_shape: Any = None) -> None:
        """Build the layer for one step."""
        super().build(self._step_shape(input_shape))

    def call(self, inputs: torch.Tensor, training: bool | None = None, mask: torch.Tensor | None = None) -> Any:
        """Compute the output."""
        if mask is not None and tuple(mask.shape[:2]) != tuple(inputs.shape[:2]):
            raise ShapeError(
                f"Layer {self.name!r} expects a mask whose first axes are those of its input, batch and steps. "
                f"Received: a mask of shape {tuple(mask.shape)}, an input of shape {tuple(inputs.shape)}"
            )
        signature = self.layer._call_signature
        options: dict[str, Any] = {"training": training} if signature.training else {}
        takes_mask = signature.mask and mask is not None
        batch, steps = inputs.shape[:2]
        if training and _has_batch_statistics(self.layer):
            made = []
            for t in range(steps):
                if takes_mask:
                    options["mask"] = mask[:, t]  # type: ignore[index]
                made.append(self.layer(inputs[:, t], **options))
            return torch.stack(made, dim=1)
        if takes_mask:
            options["mask"] = mask.reshape(batch * steps, *mask.shape[2:])  # type: ignore[union-attr]
        folded = inputs.reshape(batch * steps, *inputs.shape[2:])  # (batch * steps, …)
        output = self.layer(folded, **options)
        return output.reshape(batch, steps, *output.shape[1:])

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the steps, and the layer's output sizes."""
        made = self.layer.compute_output_shape(self._step_shape(input_shape))
        return (made[0], input_shape[1], *made[1:])


def _has_batch_statistics(layer: Layer) -> bool:
    return any(isinstance(one, BatchNormalization) and one.trainable for one in layer.modules())
