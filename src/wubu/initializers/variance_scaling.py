"""Initializers that fit the spread of a weight to the number of its inputs and outputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ArgumentError, did_you_mean
from wubu.initializers.chance import (
    RandomInitializer,
    draw_normal,
    draw_truncated_normal,
    draw_uniform,
)

_MODES = ("fan_avg", "fan_in", "fan_out")
_DISTRIBUTIONS = ("truncated_normal", "uniform", "untruncated_normal")
# The standard deviation that is left of 1 when a normal distribution is cut off at two.
_STDDEV_OF_TRUNCATED = 0.87962566103423978


class VarianceScaling(RandomInitializer):
    """Values whose variance is ``scale / n``, where n counts the inputs or the outputs of a unit.

    Args:
        scale: the factor, above 0.
        mode: what n is: ``"fan_in"``, ``"fan_out"``, or ``"fan_avg"`` for the mean of both.
        distribution: ``"truncated_normal"`` (also ``"normal"``), ``"untruncated_normal"`` or ``"uniform"``.
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: the axes whose sizes multiply to the inputs; with ``output_axes``. By default the last
            axis holds the outputs, the one before it the inputs, and the others are a convolution's window.
        output_axes: the axes whose sizes multiply to the outputs.

    Example:
        >>> VarianceScaling(scale=2.0, distribution="uniform")((4, 2)).shape
        torch.Size([4, 2])
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        if scale <= 0.0:
            raise ArgumentError(f"Expected scale to be above 0. Received: scale={scale}")
        if mode not in _MODES:
            raise ArgumentError(f"Expected mode to be one of {_MODES}. Received: {mode!r}.{did_you_mean(mode, _MODES)}")
        distribution = distribution.lower()
        if distribution == "normal":
            distribution = "truncated_normal"
        if distribution not in _DISTRIBUTIONS:
            raise ArgumentError(
                f"Expected distribution to be one of {_DISTRIBUTIONS}. Received: {distribution!r}."
                f"{did_you_mean(distribution, _DISTRIBUTIONS)}"
            )
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Draw a tensor."""
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        count = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}[self.mode]
        variance = self.scale / max(1.0, count)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return draw_uniform(shape, -limit, limit, dtype, self.seed)
        if self.distribution == "untruncated_normal":
            return draw_normal(shape, 0.0, math.sqrt(variance), dtype, self.seed)
        stddev = math.sqrt(variance) / _STDDEV_OF_TRUNCATED
        return draw_truncated_normal(shape, 0.0, stddev, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


class _Named(VarianceScaling):
    """A choice of scale, mode and distribution that has a name of its own."""

    _choice: tuple[float, str, str]

    def __init__(
        self,
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(*self._choice, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        return {key: config[key] for key in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Named):
    """Uniform within ``±sqrt(6 / (inputs + outputs))``, Keras's default (Glorot & Bengio, 2010).

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: see ``VarianceScaling``.
        output_axes: see ``VarianceScaling``.
    """

    _choice = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    """Truncated normal of standard deviation ``sqrt(2 / (inputs + outputs))`` (Glorot & Bengio, 2010).

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: see ``VarianceScaling``.
        output_axes: see ``VarianceScaling``.
    """

    _choice = (1.0, "fan_avg", "truncated_normal")


class LecunUniform(_Named):
    """Uniform within ``±sqrt(3 / inputs)`` (LeCun et al., 1998).

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: see ``VarianceScaling``.
        output_axes: see ``VarianceScaling``.
    """

    _choice = (1.0, "fan_in", "uniform")


class LecunNormal(_Named):
    """Truncated normal of standard deviation ``sqrt(1 / inputs)`` (LeCun et al., 1998), as selu wants it.

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: see ``VarianceScaling``.
        output_axes: see ``VarianceScaling``.
    """

    _choice = (1.0, "fan_in", "truncated_normal")


class HeUniform(_Named):
    """Uniform within ``±sqrt(6 / inputs)``, as relu wants it (He et al., 2015).

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: see ``VarianceScaling``.
        output_axes: see ``VarianceScaling``.
    """

    _choice = (2.0, "fan_in", "uniform")


class HeNormal(_Named):
    """Truncated normal of standard deviation ``sqrt(2 / inputs)``, as relu wants it (He et al., 2015).

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
        input_axes: see ``VarianceScaling``.
        output_axes: see ``VarianceScaling``.
    """

    _choice = (2.0, "fan_in", "truncated_normal")


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Return how many inputs a unit has, and how many units an input goes to.

    Args:
        shape: a weight's shape, in Keras's layout: the window, the inputs, the outputs.
        input_axes: the axes whose sizes multiply to the inputs; with ``output_axes``.
        output_axes: the axes whose sizes multiply to the outputs.

    Example:
        >>> compute_fans((3, 3, 16, 32))
        (144, 288)
    """
    shape = tuple(shape)
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[a] for a in input_axes), math.prod(shape[a] for a in output_axes)
    if len(shape) < 2:
        return math.prod(shape), math.prod(shape)
    window = math.prod(shape[:-2])
    return int(shape[-2] * window), int(shape[-1] * window)
