"""Half a cosine, with or without a linear warm-up."""

from __future__ import annotations

import math
from typing import Any

from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.schedules.exponential_decay import check_positive
from wubu.optimizers.schedules.numbers import as_number, as_rate, at_most, cos, where


class CosineDecay(LearningRateSchedule):
    """``rate = start * ((1 - alpha) * (1 + cos(pi * t / decay_steps)) / 2 + alpha)``, t from 0 to ``decay_steps``.

    With ``warmup_target`` the rate first rises in a straight line from ``initial_learning_rate`` to it, over
    ``warmup_steps``, and the cosine starts there.

    Args:
        initial_learning_rate: the rate at step 0.
        decay_steps: length of the cosine, in steps; the warm-up comes before it.
        alpha: the rate at the end as a fraction of where the cosine starts.
        name: of the schedule.
        warmup_target: the rate after the warm-up; None means no warm-up.
        warmup_steps: length of the warm-up, in steps.

    Example:
        >>> round(float(CosineDecay(0.1, decay_steps=100)(50)), 6)
        0.05

    Paper: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2016).
    """

    on_host = True

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        check_positive("decay_steps", decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_steps = warmup_steps
        self.warmup_target = warmup_target

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        step = as_number(step)
        if self.warmup_target is None:
            return as_rate(self._cosine(at_most(step, self.decay_steps), self.initial_learning_rate))
        step = at_most(step, self.decay_steps + self.warmup_steps)
        decayed = self._cosine(step - self.warmup_steps, self.warmup_target)
        if self.warmup_steps == 0:
            return as_rate(decayed)
        rise = (self.warmup_target - self.initial_learning_rate) / self.warmup_steps
        return as_rate(where(step < self.warmup_steps, self.initial_learning_rate + rise * step, decayed))

    def _cosine(self, step: Any, start: float) -> Any:
        falling = 0.5 * (1.0 + cos(math.pi * step / self.decay_steps))
        return start * ((1.0 - self.alpha) * falling + self.alpha)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this schedule again."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
