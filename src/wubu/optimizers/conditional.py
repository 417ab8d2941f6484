"""A part of a step that happens only sometimes, without a branch that a captured program would freeze."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from wubu.core.capture import is_capturing


def run_if(condition: torch.Tensor, tensors: Sequence[torch.Tensor], action: Callable[[], None]) -> None:
    """Run ``action`` when a condition holds.

    In a captured step the action always runs, and its effects are kept or undone by ``torch.where``.

    Args:
        condition: a 0-d boolean tensor.
        tensors: everything that the action changes in place.
        action: a function without arguments.
    """
    if not is_capturing():
        if bool(condition):  # waits for the device
            action()
        return
    before = [tensor.clone() for tensor in tensors]
    action()
    for tensor, old in zip(tensors, before):
        tensor.copy_(torch.where(condition.to(tensor.device), tensor, old))
