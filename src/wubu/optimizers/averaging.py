"""The moving average of the weights, and the sum of gradients over several steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from wubu.optimizers.conditional import run_if
from wubu.optimizers.state import ACCUMULATOR, AVERAGE, Layout

if TYPE_CHECKING:
    from wubu.optimizers.base import Optimizer


def update_average(optimizer: Optimizer, layout: Layout) -> None:
    """``average = momentum * average + (1 - momentum) * w``; in the first step the average is the weights.

    Every ``ema_overwrite_frequency`` steps the weights then become the average.
    """
    iterations, frequency = optimizer.iterations, optimizer.ema_overwrite_frequency
    weight = 1 - (iterations != 0) * optimizer.ema_momentum
    overwrite = (iterations + 1) % frequency == 0 if frequency else None
    for segment in layout.segments:
        average, parameters = segment.slot(AVERAGE), segment.parameters
        average.lerp_(parameters, weight.to(average))
        if overwrite is not None:
            parameters.copy_(torch.where(overwrite.to(average.device), average, parameters))


def overwrite_by_average(optimizer: Optimizer, variables: Sequence[torch.Tensor]) -> None:
    """Set weights to their average."""
    for variable in variables:
        variable.copy_(optimizer.slot(AVERAGE, variable))


def accumulate(optimizer: Optimizer, layout: Layout, steps: int) -> None:
    """Add the gradients up; every ``steps`` steps, update the weights by their mean and start anew."""
    for segment in layout.segments:
        segment.slot(ACCUMULATOR).add_(segment.gradient)

    def update() -> None:
        for segment in layout.segments:
            torch.div(segment.slot(ACCUMULATOR), steps, out=segment.gradient)
        optimizer._update(layout)
        for block in optimizer._state.blocks:
            block.slot(ACCUMULATOR).zero_()

    due = (optimizer._iterations + 1) % steps == 0
    run_if(due, [*optimizer._state.tensors(), *optimizer.shared_variables()], update)
