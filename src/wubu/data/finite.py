"""Finding NaN and infinity in data, in one quick pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

_CHUNK = 1 << 22


def first_non_finite(leaves: Iterable[tuple[str, Any]]) -> tuple[str, int, tuple[int, ...], float] | None:
    """Return the path, row, place in the row and value of the first NaN or infinity, or None.

    Args:
        leaves: paths and tensors; everything that does not hold floats is passed over.
    """
    for path, leaf in leaves:
        if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() and leaf.numel():
            at = _first(leaf)
            if at is not None:
                place = tuple(int(i) for i in torch.unravel_index(torch.tensor(at), leaf.shape))
                return path, place[0], place[1:], float(leaf[place])
    return None


def _first(leaf: torch.Tensor) -> int | None:
    flat = leaf.reshape(-1)
    for start in range(0, flat.numel(), _CHUNK):
        part = flat[start : start + _CHUNK]
        # A sum is the cheapest look at every number; it is non-finite whenever one of them is (waits for the device).
        if not torch.isfinite(part.sum()):
            bad = torch.nonzero(~torch.isfinite(part))
            if len(bad):  # else large numbers overflowed the sum
                return start + int(bad[0])
    return None
