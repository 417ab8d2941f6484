"""``MaxoutDense`` of Keras 1."""

from __future__ import annotations

from typing import Any

import torch

from wubu import constraints, initializers, regularizers
from wubu.layers.base import Layer


class MaxoutDense(Layer):
    """The largest of several affine maps: ``max_k (x · W_k + b_k)`` (Goodfellow et al., 2013).

    Args:
        output_dim: the size of the output.
        nb_feature: how many maps.
        init: the initializer of the kernels.
        weights, W_regularizer, b_regularizer, activity_regularizer, W_constraint, b_constraint: as in Keras 1.
        bias: whether there are biases.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, in)``. Output shape: ``(batch, output_dim)``.

    Example:
        >>> MaxoutDense(3)(torch.ones(2, 4)).shape
        torch.Size([2, 3])
    """

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: Any = "glorot_uniform",
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, weights=weights, **kwargs)
        self.output_dim, self.nb_feature, self.bias = output_dim, nb_feature, bias
        self.init = initializers.get(init)
        self.W_regularizer, self.b_regularizer = regularizers.get(W_regularizer), regularizers.get(b_regularizer)
        self.W_constraint, self.b_constraint = constraints.get(W_constraint), constraints.get(b_constraint)

    def build(self, input_shape: Any = None) -> None:
        """Make the kernels of shape (nb_feature, in, output_dim)."""
        self.W = self.add_weight(
            (self.nb_feature, input_shape[-1], self.output_dim),
            self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
            name="W",
        )
        if self.bias:
            self.b = self.add_weight(
                (self.nb_feature, self.output_dim),
                "zeros",
                regularizer=self.b_regularizer,
                constraint=self.b_constraint,
                name="b",
            )

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        maps = torch.einsum("bi,kio->bko", inputs, self.W)  # (batch, nb_feature, output_dim)
        if self.bias:
            maps = maps + self.b
        return maps.amax(dim=1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"output_dim": self.output_dim, "nb_feature": self.nb_feature, "bias": self.bias}
        return {**super().get_config(), **own, "init": initializers.serialize(self.init)}
