"""Draws from distributions.

``seed`` is None for torch's global stream (which ``set_random_seed`` controls), an integer for the same numbers at every
call, or a ``SeedGenerator`` for a stream that goes on from call to call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import settings
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.seeds import SeedGenerator, generator_for
from wubu.core.tensors import as_tensor

Seed = int | SeedGenerator | None
Shape = int | Sequence[int]


def _empty(shape: Shape, dtype: Any) -> torch.Tensor:
    sizes = (shape,) if isinstance(shape, int) else tuple(int(d) for d in shape)
    return torch.empty(sizes, dtype=torch_dtype(dtype or settings.floatx()), device=default_device())


def normal(shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None) -> torch.Tensor:
    """Numbers of a normal distribution."""
    made = _empty(shape, dtype)
    return made.normal_(0.0, 1.0, generator=generator_for(seed, made.device)).mul_(stddev).add_(mean)


def uniform(shape: Shape, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Seed = None) -> torch.Tensor:
    """Numbers spread evenly over [minval, maxval); whole ones for a whole type."""
    made = _empty(shape, dtype)
    if not made.is_floating_point():
        return randint(shape, minval, maxval, dtype, seed)
    return made.uniform_(0.0, 1.0, generator=generator_for(seed, made.device)).mul_(maxval - minval).add_(minval)


def randint(shape: Shape, minval: Any, maxval: Any, dtype: Any = "int32", seed: Seed = None) -> torch.Tensor:
    """Whole numbers spread evenly over [minval, maxval)."""
    made = _empty(shape, "int64")
    made.random_(int(minval), int(maxval), generator=generator_for(seed, made.device))
    return made.to(torch_dtype(dtype))


def truncated_normal(
    shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None
) -> torch.Tensor:
    """Numbers of a normal distribution, those farther than two standard deviations from the mean drawn again."""
    made = _empty(shape, dtype)
    kind = made.dtype if made.dtype in (torch.float32, torch.float64) else torch.float32
    # The inverse of the distribution function between its values at -2 and 2.
    low, high = 0.022750131948179195, 0.9772498680518208
    drawn = torch.empty(made.shape, dtype=kind, device=made.device)
    drawn.uniform_(2 * low - 1, 2 * high - 1, generator=generator_for(seed, made.device))
    return drawn.erfinv_().mul_(2**0.5).clamp_(-2, 2).mul_(stddev).add_(mean).to(made.dtype)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Seed = None) -> torch.Tensor:
    """Classes drawn by unnormalised log-probabilities: (batch, num_samples) for (batch, classes)."""
    scores = as_tensor(logits)
    drawn = torch.multinomial(
        torch.softmax(scores.float(), -1), num_samples, replacement=True, generator=generator_for(seed, scores.device)
    )
    return drawn.to(torch_dtype(dtype))


def dropout(inputs: Any, rate: float, noise_shape: Sequence[int] | None = None, seed: Seed = None) -> torch.Tensor:
    """Each number set to 0 with probability ``rate``, the others divided by 1 - rate.

    Args:
        inputs: the numbers.
        rate: a probability below 1.
        noise_shape: the shape of the mask, where it is to be the same along some axes.
        seed: see the module.
    """
    x = as_tensor(inputs)
    if rate <= 0:
        return x
    shape = tuple(x.shape) if noise_shape is None else tuple(
        d if d is not None else x.shape[i] for i, d in enumerate(noise_shape)
    )
    keep = torch.empty(shape, dtype=torch.float32, device=x.device).uniform_(generator=generator_for(seed, x.device)) >= rate
    return torch.where(keep, x / (1 - rate), torch.zeros((), dtype=x.dtype, device=x.device))


def shuffle(x: Any, axis: int = 0, seed: Seed = None) -> torch.Tensor:
    """The slices along an axis in a random order."""
    x = as_tensor(x)
    order = torch.randperm(x.shape[axis], generator=generator_for(seed, x.device), device=x.device)
    return torch.index_select(x, axis, order)


def _gamma(alpha: torch.Tensor, seed: Seed) -> torch.Tensor:
    return torch._standard_gamma(alpha, generator=generator_for(seed, alpha.device))


def gamma(shape: Shape, alpha: Any, dtype: Any = None, seed: Seed = None) -> torch.Tensor:
    """Numbers of a gamma distribution with shape ``alpha`` and rate 1."""
    made = _empty(shape, dtype)
    return _gamma(as_tensor(alpha).to(made.dtype).broadcast_to(made.shape).contiguous(), seed)


def beta(shape: Shape, alpha: Any, beta: Any, dtype: Any = None, seed: Seed = None) -> torch.Tensor:
    """Numbers of a beta distribution: X / (X + Y) for gamma-distributed X and Y."""
    stream = seed if not isinstance(seed, int) else SeedGenerator(seed)  # X and Y must not draw the same numbers
    x, y = gamma(shape, alpha, dtype, stream), gamma(shape, beta, dtype, stream)
    return x / (x + y)


def binomial(shape: Shape, counts: Any, probabilities: Any, dtype: Any = None, seed: Seed = None) -> torch.Tensor:
    """How many of ``counts`` tries succeed that each have a probability."""
    made = _empty(shape, dtype)
    kind = made.dtype if made.is_floating_point() else torch.float32
    n = as_tensor(counts).to(kind).broadcast_to(made.shape).contiguous()
    p = as_tensor(probabilities).to(kind).broadcast_to(made.shape).contiguous()
    return torch.binomial(n, p, generator=generator_for(seed, made.device)).to(made.dtype)
