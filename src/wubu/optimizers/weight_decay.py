"""Decoupled weight decay: ``w -= rate * decay * w`` before the update, for the parameters that take part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import torch

from wubu.optimizers.state import Layout, name_of


class DecayExclusions:
    """Which parameters weight decay leaves alone: some by identity, some by a pattern in their name.

    Args:
        variables: parameters to leave alone.
        names: regular expressions; a parameter whose name one of them is found in is left alone.
    """

    def __init__(self, variables: Iterable[torch.Tensor] = (), names: Sequence[str] = ()) -> None:
        self._kept = list(variables)
        self._pattern = re.compile("|".join(sorted(set(names)))) if names else None

    def excludes(self, variable: torch.Tensor) -> bool:
        """Whether a parameter is left alone."""
        if any(variable is kept for kept in self._kept):
            return True
        return self._pattern is not None and self._pattern.search(name_of(variable)) is not None


def apply_weight_decay(
    layout: Layout, decay_of: Callable[[torch.Tensor], float | None], rate: torch.Tensor, version: object
) -> None:
    """Multiply each parameter by ``1 - decay * rate``, neighbours with the same decay in one operation.

    Args:
        layout: the parameters.
        decay_of: the decay of one parameter; None or 0 leaves it alone.
        rate: the learning rate of this step, 0-d.
        version: anything that changes when ``decay_of`` does; the grouping is kept until then.
    """
    if layout.decay_groups is None or layout.decay_groups[0] != version:
        layout.decay_groups = (version, list(_groups(layout, decay_of)))
    factors: dict[float, torch.Tensor] = {}
    for flat, decay in layout.decay_groups[1]:
        if decay not in factors:
            factors[decay] = 1 - decay * rate
        flat.mul_(factors[decay].to(flat.device))


def _groups(layout: Layout, decay_of: Callable[[torch.Tensor], float | None]) -> Iterable[tuple[torch.Tensor, float]]:
    for segment in layout.segments:
        decays = [decay_of(v) or 0.0 for v in segment.variables]
        first = 0
        for index in range(1, len(decays) + 1):
            if index == len(decays) or decays[index] != decays[first]:
                if decays[first]:
                    yield segment.part(first, index - 1), decays[first]
                first = index
