"""Batch renormalization: what training adds so that small batches are normalized as inference will do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from wubu.core.variable import Variable
from wubu.errors import ArgumentError

if TYPE_CHECKING:
    from wubu.layers.normalization.batch_normalization import BatchNormalization

_BOUNDS = ("dmax", "rmax", "rmin")


class Renormalization:
    """The corrections ``r = stddev / renorm_stddev`` and ``d = (mean - renorm_mean) / renorm_stddev``.

    The normalized batch is multiplied by r and moved by d, both without gradients, so that it is as if normalized by
    moving averages. Ioffe, "Batch renormalization", 2017.

    Args:
        clipping: bounds of r and d: a dict with any of ``rmax``, ``rmin``, ``dmax``.
        momentum: how much of the averages stays at each step.
    """

    def __init__(self, clipping: dict[str, float] | None, momentum: float) -> None:
        self.clipping = dict(clipping or {})
        self.momentum = momentum
        if set(self.clipping) - set(_BOUNDS):
            raise ArgumentError(f"Expected renorm_clipping to have keys among {_BOUNDS}. Received: {self.clipping}")
        low, high = self.clipping.get("rmin"), self.clipping.get("rmax")
        if (low is not None and high is not None and high < low) or (self.clipping.get("dmax") or 0) < 0:
            raise ArgumentError(f"Expected rmin <= rmax and dmax >= 0. Received: renorm_clipping={self.clipping}")

    def build(self, layer: BatchNormalization, channels: int) -> None:
        """Give the layer the averages that are used."""

        initializer: Any = layer.moving_variance_initializer

        def deviations(shape: Any, dtype: Any = None) -> torch.Tensor:
            return initializer(shape, dtype=dtype).sqrt()

        for name, begin in (
            ("moving_stddev", deviations),
            ("renorm_mean", layer.moving_mean_initializer),
            ("renorm_stddev", deviations),
        ):
            setattr(layer, name, layer.add_weight((channels,), begin, trainable=False, name=name))

    def correct(
        self, layer: BatchNormalization, mean: torch.Tensor, variance: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the scale and the offset of the normalized batch, and move all averages."""
        averages: dict[str, Variable] = {
            name: getattr(layer, name) for name in ("renorm_mean", "renorm_stddev", "moving_mean", "moving_stddev")
        }
        with torch.no_grad():
            deviation = (variance + layer.epsilon).sqrt()
            divisor = averages["renorm_stddev"].clamp(min=layer.epsilon**0.5)
            r = deviation / divisor
            d = (mean - averages["renorm_mean"]) / divisor
            if "rmin" in self.clipping or "rmax" in self.clipping:
                r = r.clamp(self.clipping.get("rmin"), self.clipping.get("rmax"))
            if self.clipping.get("dmax") is not None:
                d = d.clamp(-self.clipping["dmax"], self.clipping["dmax"])
            for name, average in averages.items():
                momentum = self.momentum if name.startswith("renorm") else layer.momentum
                average.lerp_((mean if name.endswith("mean") else deviation).detach(), 1.0 - momentum)
            layer.moving_variance.copy_((averages["moving_stddev"].square() - layer.epsilon).clamp(min=0))
        if layer.gamma is not None:
            r, d = r * layer.gamma, d * layer.gamma
        return r, d if layer.beta is None else d + layer.beta
