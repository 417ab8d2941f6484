"""The mask of dropout as one operation, ``wubu::keep_mask``, that costs little and that the engine can see.

An element is kept when 16 random bits, read as an integer, reach ``round(rate * 65536)``; kept elements are
``1 / (1 - rate)`` and the others 0. On a CPU this is five to ten times faster than drawing Bernoulli numbers, and the
rate is exact to 1/131072.
"""

from __future__ import annotations

import torch

from wubu.errors import ArgumentError

BITS = 16
_HALF = 1 << (BITS - 1)
_PER_DRAW = 64 // BITS
LOWEST = -(1 << 63)  # random_(LOWEST, None) fills all 64 bits

_library = torch.library.Library("wubu", "FRAGMENT")
_library.define(
    "keep_mask(Tensor like, float rate, Generator? generator=None) -> Tensor",
    tags=(torch.Tag.nondeterministic_seeded,),
)


def keep_mask(like: torch.Tensor, rate: float, generator: torch.Generator | None = None) -> torch.Tensor:
    """A fresh dropout mask: 0 with probability ``rate``, else ``1 / (1 - rate)``.

    Args:
        like: a floating-point tensor; the mask has its shape, type, device and memory order.
        rate: the fraction to drop, from 0 to 1.
        generator: where the random bits come from; None is torch's own generator.

    Returns:
        A tensor like ``like``, without a gradient. ``x * keep_mask(x, rate)`` is dropout.

    Raises:
        ArgumentError: the rate is not from 0 to 1.

    Example:
        >>> x = torch.ones(1000)
        >>> sorted(set((x * keep_mask(x, 0.5)).tolist()))
        [0.0, 2.0]
    """
    if not 0.0 <= rate <= 1.0:
        raise ArgumentError(f"Expected a dropout rate from 0 to 1. Received: rate={rate!r}")
    return torch.ops.wubu.keep_mask(like.detach(), float(rate), generator)


def threshold(rate: float) -> int:
    """The least signed 16-bit integer that is kept."""
    return round(rate * 2 * _HALF) - _HALF


def draws(count: int) -> int:
    """How many 64-bit draws a mask of ``count`` elements takes."""
    return -(-count // _PER_DRAW)


@torch.library.impl(_library, "keep_mask", "CompositeExplicitAutograd")
def _keep_mask(like: torch.Tensor, rate: float, generator: torch.Generator | None = None) -> torch.Tensor:
    mask = torch.empty_like(like, requires_grad=False)
    lowest_kept = threshold(rate)
    if lowest_kept >= _HALF:
        return mask.zero_()
    if like.device.type != "cpu":
        return mask.bernoulli_(1.0 - rate, generator=generator).mul_(1.0 / (1.0 - rate))
    bits = torch.empty(draws(like.numel()), dtype=torch.int64)
    bits.random_(LOWEST, None, generator=generator)
    # as_strided: random bits in the order of the mask's memory, whatever the order of its axes
    lanes = bits.view(torch.int16).as_strided(mask.shape, mask.stride())
    torch.ge(lanes, lowest_kept, out=mask)
    return mask.mul_(1.0 / (1.0 - rate))


@torch.library.impl(_library, "keep_mask", "Meta")
def _keep_mask_meta(like: torch.Tensor, rate: float, generator: torch.Generator | None = None) -> torch.Tensor:
    return torch.empty_like(like)
