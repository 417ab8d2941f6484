"""Random tensors, by the names and arguments of ``K``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.random import draws

__all__ = ["random_bernoulli", "random_binomial", "random_normal", "random_uniform", "truncated_normal"]

Shape = Sequence[Any]


def _sizes(shape: Shape) -> tuple[int, ...]:
    return tuple(int(d) for d in shape)


def random_normal(
    shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None, **kwargs: Any
) -> torch.Tensor:
    """Numbers of a normal distribution; ``std`` is Keras 1's name of ``stddev``."""
    return draws.normal(_sizes(shape), mean, kwargs.pop("std", stddev), dtype, seed)


def random_uniform(
    shape: Shape, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: int | None = None, **kwargs: Any
) -> torch.Tensor:
    """Numbers spread evenly over [minval, maxval); ``low`` and ``high`` are Keras 1's names."""
    return draws.uniform(_sizes(shape), kwargs.pop("low", minval), kwargs.pop("high", maxval), dtype, seed)


def random_bernoulli(shape: Shape, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> torch.Tensor:
    """1 with probability ``p``, else 0."""
    uniform = draws.uniform(_sizes(shape), dtype=dtype, seed=seed)
    return (uniform <= p).to(uniform.dtype) if p > 0 else torch.zeros_like(uniform)


random_binomial = random_bernoulli


def truncated_normal(
    shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> torch.Tensor:
    """Numbers of a normal distribution, none further than two standard deviations from the mean."""
    return draws.truncated_normal(_sizes(shape), mean, stddev, dtype, seed)
