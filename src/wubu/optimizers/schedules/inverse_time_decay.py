"""Decay by the inverse of time."""

from __future__ import annotations

from typing import Any

from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.schedules.exponential_decay import check_positive
from wubu.optimizers.schedules.numbers import as_number, as_rate, floor


class InverseTimeDecay(LearningRateSchedule):
    """``rate = initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: the unit of time, in steps.
        decay_rate: how fast it falls.
        staircase: whether time is rounded down to whole units, so that the rate falls in steps.
        name: of the schedule.

    Example:
        >>> float(InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)(2))
        0.05
    """

    on_host = True

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        check_positive("decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        periods = as_number(step) / self.decay_steps
        if self.staircase:
            periods = floor(periods)
        return as_rate(self.initial_learning_rate / (1.0 + self.decay_rate * periods))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
