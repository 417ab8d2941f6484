"""What the engine needs to know of an optimizer, besides its ``step_size`` and ``learning_rate_at``."""

from __future__ import annotations

from typing import Any

import torch


def counter(optimizer: Any) -> torch.Tensor:
    """The tensor that every ``apply`` advances by one; the steps of ``learning_rate_at``.

    ``iterations`` is something else when gradients are accumulated: it counts updates.
    """
    found = getattr(optimizer, "_iterations", None)
    return found if isinstance(found, torch.Tensor) else optimizer.iterations


def scratch(optimizer: Any) -> list[torch.Tensor]:
    """The optimizer's tensors whose content means nothing between steps: its flat gradients."""
    blocks = getattr(getattr(optimizer, "_state", None), "blocks", ())
    return [block.gradient for block in blocks]
