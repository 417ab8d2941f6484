"""Half cosines, one after another."""

from __future__ import annotations

import math
from typing import Any

from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.schedules.exponential_decay import check_positive
from wubu.optimizers.schedules.numbers import as_number, as_rate, cos, floor, log


class CosineDecayRestarts(LearningRateSchedule):
    """A cosine decay that starts anew, each period ``t_mul`` times as long and ``m_mul`` times as high as the last.

    In period i, which lasts ``first_decay_steps * t_mul ** i`` steps, with t from 0 to 1 inside it:
    ``rate = initial * ((1 - alpha) * m_mul ** i * (1 + cos(pi * t)) / 2 + alpha)``.

    Args:
        initial_learning_rate: the rate at step 0.
        first_decay_steps: length of the first period, in steps.
        t_mul: growth of the periods' length.
        m_mul: growth of the rate that a period starts with.
        alpha: the lowest rate as a fraction of the initial one.
        name: of the schedule.

    Example:
        >>> schedule = CosineDecayRestarts(0.1, first_decay_steps=100)
        >>> float(schedule(0)), float(schedule(100))
        (0.1, 0.1)

    Paper: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2016).
    """

    on_host = True

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        check_positive("first_decay_steps", first_decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        done = as_number(step) / self.first_decay_steps
        if self.t_mul == 1.0:
            period = floor(done)
            done = done - period
        else:
            # Periods 0 to i - 1 last (1 - t**i) / (1 - t) together; solved for i. The small addition keeps rounding
            # from placing the first step of a period into the one before.
            period = floor(log(1.0 - done * (1.0 - self.t_mul)) / math.log(self.t_mul) + 1e-6)
            length = self.t_mul**period
            done = (done - (1.0 - length) / (1.0 - self.t_mul)) / length
        falling = 0.5 * self.m_mul**period * (1.0 + cos(math.pi * done))
        return as_rate(self.initial_learning_rate * ((1.0 - self.alpha) * falling + self.alpha))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self.t_mul,
            "m_mul": self.m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
