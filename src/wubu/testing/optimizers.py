"""What every optimizer must do."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.variable import Variable
from wubu.testing.comparing import claim, near, round_trip


def check_optimizer(make: Any, steps: int = 60) -> None:
    """Check an optimizer: its config, that it finds the bottom of a bowl, and that its state can be taken up.

    Args:
        make: a function without arguments that makes the optimizer.
        steps: after how many steps the loss must have fallen.

    Raises:
        AssertionError: that says what does not hold.

    Example:
        >>> check_optimizer(lambda: wubu.optimizers.SGD(0.1))
    """
    optimizer = make()
    what = type(optimizer).__name__
    round_trip(optimizer, what)
    weights = [Variable(torch.ones(3, 2), name="kernel"), Variable(torch.full((2,), -1.0), name="bias")]

    def slopes() -> list[torch.Tensor]:
        return [2 * w.detach().clone() for w in weights]

    def height() -> float:
        return float(sum((w.detach() ** 2).sum() for w in weights))

    start = height()
    for _ in range(steps):
        optimizer.apply(slopes(), weights)
    claim(height() < start, f"{what}: the loss rose from {start:.3g} to {height():.3g}")
    claim(int(optimizer.iterations) == steps, f"{what}: counts {int(optimizer.iterations)} steps of {steps}")
    second = make()
    second.build(weights)
    claim(len(second.variables) == len(optimizer.variables), f"{what}: another number of variables when built again")
    claim(
        all(a.shape == b.shape for a, b in zip(second.variables, optimizer.variables, strict=True)),
        f"{what}: variables of other shapes when built again",
    )
    for fresh, used in zip(second.variables, optimizer.variables, strict=True):
        fresh.assign(used)
    near([v.clone() for v in second.variables], [v.clone() for v in optimizer.variables], f"{what}: its state taken up")
