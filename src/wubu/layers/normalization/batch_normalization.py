"""Normalization by the statistics of the batch."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu import initializers
from wubu.core import settings
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.input_spec import InputSpec
from wubu.layers.normalization.affine import AffineNormalization
from wubu.layers.normalization.renormalization import Renormalization


class BatchNormalization(AffineNormalization):
    """``gamma * (x - mean) / sqrt(variance + epsilon) + beta``, with the mean and variance of each channel.

    In training they are the batch's, and moving averages of them are kept, ``moving * momentum + batch * (1 -
    momentum)``; otherwise, and in a frozen layer (``trainable = False``), they are the moving averages. Ioffe &
    Szegedy, "Batch normalization", 2015.

    Args:
        axis: the axis of the channels.
        momentum: how much of the moving averages stays at each step.
        epsilon: what is added to the variance.
        center: whether beta is added.
        scale: whether gamma multiplies.
        beta_initializer, gamma_initializer: how the learned weights begin.
        moving_mean_initializer, moving_variance_initializer: how the averages begin.
        beta_regularizer, gamma_regularizer: penalties that are added to the loss.
        beta_constraint, gamma_constraint: projections after each update.
        renorm: whether training normalizes by moving averages too, for small batches (Ioffe, "Batch
            renormalization", 2017).
        renorm_clipping: a dict with any of ``rmax``, ``rmin``, ``dmax``: bounds of the corrections.
        renorm_momentum: the momentum of the averages that renorm uses.
        synchronized: accepted; the statistics are those of one process.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: any, with the size of the channels known. A mask of one axis less leaves the masked places
    out of the statistics.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: dict[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        # How tf.keras 2 computed the same numbers; nothing depends on them.
        for name in ("fused", "virtual_batch_size", "adjustment"):
            kwargs.pop(name, None)
        axis = int(axis[0] if isinstance(axis, list | tuple) and len(axis) == 1 else axis)
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
        self.momentum = float(momentum)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.synchronized = synchronized
        self.renorm, self.renorm_momentum = renorm, renorm_momentum
        self.renorm_clipping = dict(renorm_clipping or {}) if renorm else renorm_clipping
        self._renorm = Renormalization(renorm_clipping, renorm_momentum) if renorm else None

    def build(self, input_shape: Any) -> None:
        """Make gamma, beta, and the moving averages, one number for each channel."""
        rank = len(input_shape)
        if not -rank <= self.axis < rank:
            raise ArgumentError(f"Layer {self.name!r} has axis={self.axis}. Received: input shape {input_shape}")
        channels = input_shape[self.axis]
        if channels is None:
            raise ShapeError(
                f"Layer {self.name!r} needs the size of axis {self.axis}. Received: input shape {input_shape}"
            )
        self._make_affine((channels,), self.scale, self.center)
        self.moving_mean = self.add_weight(
            (channels,), self.moving_mean_initializer, trainable=False, name="moving_mean"
        )
        self.moving_variance = self.add_weight(
            (channels,), self.moving_variance_initializer, trainable=False, name="moving_variance"
        )
        if self._renorm is not None:
            self._renorm.build(self, channels)
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: channels})

    def call(self, inputs: torch.Tensor, training: bool | None = None, mask: Any = None) -> torch.Tensor:
        """Compute the output and, in training, move the averages."""
        if mask is not None and mask.dim() != inputs.dim() - 1:
            raise ShapeError(
                f"Layer {self.name!r} expects a mask with one axis less than its input of shape {tuple(inputs.shape)}. "
                f"Received: a mask of shape {tuple(mask.shape)}"
            )
        if not inputs.is_floating_point():
            inputs = inputs.float()
        if not (training and self._trainable):
            flat = self._channels_at_one(inputs)
            made = F.batch_norm(
                flat, self.moving_mean, self.moving_variance, self.gamma, self.beta, False, 0.0, self.epsilon
            )
            return self._channels_back(made, inputs)
        if mask is not None or self._renorm is not None:
            return self._composed(inputs, mask)
        flat = self._channels_at_one(inputs)
        # Given no moving averages, torch only says what it found. Its own update takes the unbiased variance.
        made, mean, inverse = torch.native_batch_norm(
            flat, self.gamma, self.beta, None, None, True, 0.0, self.epsilon
        )
        with torch.no_grad():
            self._move(mean, inverse.pow(-2).sub_(self.epsilon))
        return self._channels_back(made, inputs)

    def _move(self, mean: torch.Tensor, variance: torch.Tensor) -> None:
        """Move the averages towards a batch's statistics."""
        step = 1.0 - self.momentum
        self.moving_mean.lerp_(mean.detach().to(self.moving_mean.dtype), step)
        self.moving_variance.lerp_(variance.detach().to(self.moving_variance.dtype), step)

    def _channels_at_one(self, x: torch.Tensor) -> torch.Tensor:
        """The input with the channels at axis 1, without a copy where the memory allows."""
        axis = self.axis % x.dim()
        if axis == 1:
            return x
        if axis == x.dim() - 1 and x.dim() not in (4, 5):
            return x.reshape(-1, x.shape[-1])  # (everything else, channels)
        return x.movedim(axis, 1)

    def _channels_back(self, made: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        axis = self.axis % x.dim()
        if axis == 1:
            return made
        if axis == x.dim() - 1 and x.dim() not in (4, 5):
            return made.reshape(x.shape)
        return made.movedim(1, axis)

    def _composed(self, inputs: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """Training with a mask or with renorm, from single operations."""
        x = inputs.float()
        mean, variance = self._moments(x, mask)
        gamma: torch.Tensor | None = self.gamma
        beta: torch.Tensor | None = self.beta
        if self._renorm is not None:
            gamma, beta = self._renorm.correct(self, mean, variance)
        else:
            self._move(mean, variance)
        shape = [1] * x.dim()
        shape[self.axis] = -1
        factor = torch.rsqrt(variance + self.epsilon)
        if gamma is not None:
            factor = factor * gamma
        made = (x - mean.view(shape)) * factor.view(shape)
        if beta is not None:
            made = made + beta.view(shape)
        return made.to(inputs.dtype)

    def _moments(self, x: torch.Tensor, mask: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        axes = [i for i in range(x.dim()) if i != self.axis % x.dim()]
        if mask is None:
            return x.mean(axes), x.var(axes, correction=0)
        there = mask.bool().unsqueeze(-1).expand(x.shape)
        count = there.to(x.dtype).sum(axes, keepdim=True) + settings.epsilon()
        mean = torch.where(there, x, 0.0).sum(axes, keepdim=True) / count
        variance = torch.where(there, x - mean, 0.0).square().sum(axes, keepdim=True) / count
        return mean.flatten(), variance.flatten()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("momentum", "moving_mean_initializer", "moving_variance_initializer", "synchronized")
        config = {**super().get_config(), **stored(self, *names)}
        if self.renorm:
            # Older versions of Keras have no such arguments, so that they are only written when they matter.
            config.update(stored(self, "renorm", "renorm_clipping", "renorm_momentum"))
        return config
