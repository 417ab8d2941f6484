"""A rectifier whose slope is learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu import constraints, initializers, regularizers
from wubu.errors import ShapeError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.casting import matched
from wubu.layers.input_spec import InputSpec


class PReLU(Layer):
    """``x`` where ``x > 0``, else ``alpha * x`` with a learned alpha for each feature (He et al., 2015).

    Args:
        alpha_initializer: how alpha begins.
        alpha_regularizer: a penalty that is added to the loss.
        alpha_constraint: a projection after each update.
        shared_axes: axes, counted from 1, along which alpha is the same; ``[1, 2]`` for one alpha per channel of
            pictures.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any, with all sizes known but the batch and those shared.
    """

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        self.shared_axes = [shared_axes] if isinstance(shared_axes, int) else shared_axes and list(shared_axes)

    def build(self, input_shape: Any) -> None:
        """Make alpha, of the input's shape without the batch, with 1 for the shared axes."""
        rank = len(input_shape)
        if any(not -rank < axis < rank or not axis for axis in self.shared_axes or ()):
            raise ShapeError(
                f"Layer {self.name!r} has shared_axes={self.shared_axes}, which must be axes of the input but the batch. "
                f"Received: input shape {tuple(input_shape)}"
            )
        shared = {axis % len(input_shape) for axis in self.shared_axes or ()}
        shape = [1 if i in shared else d for i, d in enumerate(input_shape)][1:]
        if None in shape:
            raise ShapeError(
                f"Layer {self.name!r} needs all sizes but the batch. Received: input shape {input_shape}. "
                "Try: name the unknown axes in shared_axes"
            )
        self.alpha = self.add_weight(
            shape,
            self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
            name="alpha",
        )
        axes = {i: d for i, d in enumerate(input_shape) if i and i not in shared} if shared else {}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x, alpha = matched(self, inputs, self.alpha)
        return torch.relu(x) - alpha * torch.relu(-x)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes")
        return {**super().get_config(), **stored(self, *names)}
