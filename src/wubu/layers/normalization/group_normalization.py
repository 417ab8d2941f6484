"""Normalization of groups of channels, row by row."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.casting import matched, widened
from wubu.layers.input_spec import InputSpec
from wubu.layers.normalization.affine import AffineNormalization


class GroupNormalization(AffineNormalization):
    """``gamma * (x - mean) / sqrt(variance + epsilon) + beta``, with the statistics of each group of channels.

    Wu & He, "Group normalization", 2018.

    Args:
        groups: the number of groups, which must divide the number of channels; -1 for one group per channel.
        axis: the axis of the channels.
        epsilon: what is added to the variance.
        center: whether beta is added.
        scale: whether gamma multiplies.
        beta_initializer, gamma_initializer: how the weights begin.
        beta_regularizer, gamma_regularizer: penalties that are added to the loss.
        beta_constraint, gamma_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any, with the size of the channels known.
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            axis,
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
        if isinstance(groups, bool) or not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ArgumentError(f"Expected groups to be a positive integer or -1. Received: groups={groups!r}")
        self.groups = groups

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta, one number for each channel."""
        channels = input_shape[self.axis]
        if channels is None:
            raise ShapeError(
                f"Layer {self.name!r} needs the size of axis {self.axis}. Received: input shape {input_shape}"
            )
        if self.groups == -1:
            self.groups = channels
        if channels % self.groups:
            raise ShapeError(
                f"Layer {self.name!r} has groups={self.groups}, which must divide the number of channels. "
                f"Received: {channels} channels, input shape {input_shape}"
            )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})
        self._make_affine((channels,), self.scale, self.center)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x, gamma, beta = matched(self, widened(inputs), self.gamma, self.beta)  # in float32, as Keras computes it
        x = x.movedim(self.axis, 1)
        space = x.shape[2:]
        if x.dim() > 3 and x.device.type == "cpu":
            # torch 2.13 crashes with channels last in memory when only the weights' gradients are asked for.
            x = x.flatten(2)  # (batch, channels, everything else)
        made = F.group_norm(x, self.groups, gamma, beta, self.epsilon)
        return made.reshape(*made.shape[:2], *space).movedim(1, self.axis).to(torch_dtype(self.compute_dtype))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "groups")}
