"""A model's weights set aside, and put back."""

from __future__ import annotations

from typing import Any

import torch


def copy_weights(model: Any) -> list[torch.Tensor]:
    """Copies of all weights on their device; nothing waits for it."""
    with torch.no_grad():
        return [weight.detach().clone() for weight in model.weights]


def put_back(model: Any, weights: list[Any]) -> None:
    """Copy weights that ``copy_weights`` or ``get_weights`` gave back into the model, in place."""
    with torch.no_grad():
        for weight, value in zip(model.weights, weights, strict=True):
            weight.copy_(torch.as_tensor(value))
