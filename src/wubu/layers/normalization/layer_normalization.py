"""Normalization of each row by its own statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.casting import matched
from wubu.layers.normalization.affine import AffineNormalization


class LayerNormalization(AffineNormalization):
    """``gamma * (x - mean) / sqrt(variance + epsilon) + beta``, with the mean and variance over the given axes.

    Ba, Kiros & Hinton, "Layer normalization", 2016.

    Args:
        axis: the axis or axes that mean and variance are taken over; gamma and beta have their shape.
        epsilon: what is added to the variance.
        center: whether beta is added.
        scale: whether gamma multiplies.
        beta_initializer, gamma_initializer: how the weights begin.
        beta_regularizer, gamma_regularizer: penalties that are added to the loss.
        beta_constraint, gamma_constraint: projections after each update.
        rms_scaling: divide by the standard deviation and do nothing else; an old option that
            ``RMSNormalization`` replaces.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any, with the sizes of the axes known.

    Example:
        >>> [round(v, 2) for v in LayerNormalization()(torch.tensor([[0.0, 10.0]]))[0].tolist()]
        [-1.0, 1.0]
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        if isinstance(axis, bool) or not isinstance(axis, int | list | tuple):
            raise ArgumentError(f"Expected axis to be an integer or a list of them. Received: axis={axis!r}")
        super().__init__(
            axis if isinstance(axis, int) else list(axis),
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
            **kwargs,
        )
        self.rms_scaling = rms_scaling

    def _axes(self, rank: int) -> list[int]:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        if any(not -rank <= axis < rank for axis in axes):
            raise ArgumentError(f"Layer {self.name!r} has axis={self.axis}. Received: an input with {rank} axes")
        return sorted(axis % rank for axis in axes)

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta, of the sizes of the axes."""
        shape = [input_shape[axis] for axis in self._axes(len(input_shape))]
        if None in shape:
            raise ShapeError(
                f"Layer {self.name!r} needs the sizes of axis {self.axis}. Received: input shape {input_shape}"
            )
        self._make_affine(shape, self.scale or self.rms_scaling, self.center and not self.rms_scaling)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x, gamma, beta = matched(self, inputs, self.gamma, self.beta)
        axes = self._axes(x.dim())
        if self.rms_scaling:
            shape = [size if i in axes else 1 for i, size in enumerate(x.shape)]
            variance = x.var(axes, correction=0, keepdim=True)
            return x * torch.rsqrt(variance + self.epsilon) * gamma.view(shape)
        order = [i for i in range(x.dim()) if i not in axes] + axes
        trailing = order == sorted(order)
        x = x if trailing else x.permute(order)  # (…, *axes)
        made = F.layer_norm(x, x.shape[-len(axes) :], gamma, beta, self.epsilon)
        return made if trailing else made.permute([order.index(i) for i in range(x.dim())])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "rms_scaling")}
