"""Going through a sequence step by step, and what masked steps mean there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu.core import nest

Step = Callable[[torch.Tensor, Any], tuple[torch.Tensor, Any]]


def run_steps(
    step: Step,
    inputs: Sequence[torch.Tensor],
    states: Any,
    mask: torch.Tensor | None,
    zero_output_for_mask: bool,
    all_outputs: bool,
) -> tuple[torch.Tensor, torch.Tensor | None, Any]:
    """Run a step function over a sequence.

    Args:
        step: a function of (input, states) that gives (output, new states).
        inputs: the inputs of the steps, in the order to go through them.
        states: the states before the first step.
        mask: of shape (batch, steps) and in the same order: at a False step the states stay as they are, and the
            output is the one before.
        zero_output_for_mask: whether outputs of masked steps are 0 instead.
        all_outputs: whether to keep every step's output.

    Returns:
        The last output, all outputs of shape (batch, steps, …) or None, and the states after the last step.
    """
    there = None if mask is None else mask.bool().unbind(1)
    outputs: list[torch.Tensor] = []
    output: torch.Tensor | None = None
    for t, x in enumerate(inputs):
        made, after = step(x, states)
        if there is not None:
            now = there[t]
            before = torch.zeros_like(made) if output is None or zero_output_for_mask else output
            made = torch.where(_like(now, made), made, before)
            after = nest.map_structure(lambda new, old, now=now: torch.where(_like(now, new), new, old), after, states)
        output, states = made, after
        if all_outputs:
            outputs.append(made)
    assert output is not None
    return output, torch.stack(outputs, dim=1) if all_outputs else None, states


def _like(mask: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return mask.reshape(mask.shape[0], *(1,) * (x.dim() - 1))  # (batch, 1, …)
