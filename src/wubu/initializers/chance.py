"""Initializers that draw every value alike: normal, truncated normal, uniform.

With an integer seed an initializer gives the same values at every call, as in Keras. Without one it draws
from torch's global stream, which ``wubu.utils.set_random_seed`` controls; with a ``SeedGenerator`` it draws
from that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.seeds import SeedGenerator
from wubu.errors import ArgumentError
from wubu.initializers.base import Initializer

Seed = int | SeedGenerator | None

# How much of a normal distribution lies within two standard deviations.
_WITHIN_TWO = math.erf(math.sqrt(2.0))


class RandomInitializer(Initializer):
    """Base of the initializers that draw.

    Args:
        seed: None, an integer, or a ``SeedGenerator``.
    """

    def __init__(self, seed: Any = None) -> None:
        if isinstance(seed, Mapping):
            seed = deserialize_keras_object(seed)
        if isinstance(seed, np.integer):
            seed = int(seed)
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | SeedGenerator)):
            raise ArgumentError(f"Expected seed to be an integer, a SeedGenerator or None. Received: seed={seed!r}")
        self.seed: Seed = seed

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {"seed": serialize_keras_object(self.seed)}


class RandomNormal(RandomInitializer):
    """Values from a normal distribution.

    Args:
        mean: its mean.
        stddev: its standard deviation.
        seed: None, an integer, or a ``SeedGenerator``.

    Example:
        >>> RandomNormal(stddev=0.1)((2, 3)).shape
        torch.Size([2, 3])
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Draw a tensor."""
        return draw_normal(shape, self.mean, self.stddev, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomInitializer):
    """Values from a normal distribution, of which those beyond two standard deviations are never drawn.

    Args:
        mean: the mean.
        stddev: the standard deviation before truncation; afterwards it is 0.88 of that.
        seed: None, an integer, or a ``SeedGenerator``.
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Draw a tensor."""
        return draw_truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class RandomUniform(RandomInitializer):
    """Values that are equally likely between two bounds.

    Args:
        minval: the lower bound.
        maxval: the upper bound.
        seed: None, an integer, or a ``SeedGenerator``.
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        self.minval = minval
        self.maxval = maxval
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Draw a tensor."""
        return draw_uniform(shape, self.minval, self.maxval, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


def draw_normal(shape: Sequence[int], mean: float, stddev: float, dtype: Any, seed: Seed) -> torch.Tensor:
    """Draw from a normal distribution."""
    made = torch.empty(tuple(shape), dtype=torch_dtype(dtype), device=default_device())
    return made.normal_(mean, stddev, generator=_generator(seed))


def draw_uniform(shape: Sequence[int], low: float, high: float, dtype: Any, seed: Seed) -> torch.Tensor:
    """Draw evenly from ``[low, high)``."""
    made = torch.empty(tuple(shape), dtype=torch_dtype(dtype), device=default_device())
    return made.uniform_(low, high, generator=_generator(seed))


def draw_truncated_normal(shape: Sequence[int], mean: float, stddev: float, dtype: Any, seed: Seed) -> torch.Tensor:
    """Draw from a normal distribution without what lies beyond two standard deviations."""
    # Inverting the distribution function draws every value once; rejection would draw several times as many.
    wanted = torch_dtype(dtype)
    # Half types have too few digits for the tails.
    exact = wanted if wanted in (torch.float32, torch.float64) else torch.float32
    made = torch.empty(tuple(shape), dtype=exact, device=default_device())
    made.uniform_(-_WITHIN_TWO, _WITHIN_TWO, generator=_generator(seed))
    made.erfinv_().mul_(math.sqrt(2.0)).clamp_(-2.0, 2.0).mul_(stddev).add_(mean)
    return made.to(wanted)


def _generator(seed: Seed) -> torch.Generator | None:
    device = default_device()
    if seed is None or device.type == "meta":
        return None
    if isinstance(seed, SeedGenerator):
        return seed.generator(device)
    return torch.Generator(device).manual_seed(seed & 0xFFFFFFFF)
