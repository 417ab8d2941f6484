"""A rate that is constant between boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.errors import ArgumentError
from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.schedules.numbers import as_number, as_rate, is_tensor, where


class PiecewiseConstantDecay(LearningRateSchedule):
    """``rate = values[i]`` for ``boundaries[i - 1] < step <= boundaries[i]``.

    Args:
        boundaries: steps in rising order; up to and including the first one the first value holds.
        values: the rates, one more than the boundaries.
        name: of the schedule.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [0.1, 0.01, 0.001])
        >>> float(schedule(100)), float(schedule(101))
        (0.1, 0.01)
    """

    on_host = True

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ArgumentError(
                "Expected one value more than boundaries. "
                f"Received: {len(boundaries)} boundaries {boundaries} and {len(values)} values {values}"
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        step = as_number(step)
        rate: Any = float(self.values[0])
        if is_tensor(step):
            rate = step.new_full(step.shape, rate)
        for boundary, value in zip(self.boundaries, self.values[1:]):
            rate = where(step > float(boundary), float(value), rate)
        return as_rate(rate)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this schedule again."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
