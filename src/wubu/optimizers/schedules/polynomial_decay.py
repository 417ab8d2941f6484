"""Polynomial decay."""

from __future__ import annotations

from typing import Any

from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.schedules.exponential_decay import check_positive
from wubu.optimizers.schedules.numbers import as_number, as_rate, at_most, ceil, where


class PolynomialDecay(LearningRateSchedule):
    """``rate = (initial - end) * (1 - min(step, decay_steps) / decay_steps) ** power + end``.

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: after how many steps the end is reached.
        end_learning_rate: the rate at the end.
        power: of the polynomial; 1 is a straight line.
        cycle: whether ``decay_steps`` is taken times 1, 2, 3…, as often as the steps need, so that the rate rises again.
        name: of the schedule.

    Example:
        >>> float(PolynomialDecay(0.1, decay_steps=10, end_learning_rate=0.0)(5))
        0.05
    """

    on_host = True

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        check_positive("decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        step = as_number(step)
        total: Any = float(self.decay_steps)
        if self.cycle:
            total = total * where(step == 0, 1.0, ceil(step / total))
        else:
            step = at_most(step, total)
        left = 1.0 - step / total
        span = self.initial_learning_rate - self.end_learning_rate
        return as_rate(span * left**self.power + self.end_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
