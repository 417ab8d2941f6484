"""Probabilities that remember the logits they came from.

A probability close to 0 or 1 has lost what the logarithm of a cross-entropy needs. ``softmax`` and
``sigmoid`` therefore leave their input on their output, as tf.keras does, and a cross-entropy that receives
that very tensor computes from it.
"""

from __future__ import annotations

from typing import Any

import torch


def remember_logits(probabilities: Any, logits: Any, function: str, axis: int | None = None) -> Any:
    """Leave on a tensor of probabilities what they came from, and give the tensor back.

    Args:
        probabilities: what ``function`` gave.
        logits: what it was given.
        function: ``"softmax"`` or ``"sigmoid"``.
        axis: the axis that a softmax sums to one over.
    """
    if isinstance(probabilities, torch.Tensor):
        probabilities._keras_logits = logits  # type: ignore[attr-defined]
        probabilities._keras_logits_of = (function, axis)  # type: ignore[attr-defined]
    return probabilities
