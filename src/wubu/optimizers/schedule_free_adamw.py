"""AdamW without a learning-rate schedule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class ScheduleFreeAdamW(Optimizer):
    """Adam's steps on a fast sequence z, whose running mean x stands in for a schedule; the weights lie between them.

    With ``v = beta_2 * v + (1 - beta_2) * g ** 2``, t counted from 1: ``z -= rate * g / (sqrt(v / (1 - beta_2 ** t)) +
    epsilon)``; ``x = (1 - 1/t) * x + z / t``; the weights are ``y = (1 - beta_1) * z + beta_1 * x``. Only z and v are
    kept; x follows from y and z.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        beta_1: the mean's share in the weights.
        beta_2: how much of the mean square is kept at each step.
        epsilon: keeps the division finite; None is the global epsilon.
        warmup_steps: over so many steps the rate rises from 0 in a straight line.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = ScheduleFreeAdamW(learning_rate=0.0025, warmup_steps=100)

    Paper: Defazio et al., "The Road Less Scheduled" (2024).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-8,
        warmup_steps: int = 0,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        self.warmup_steps = warmup_steps
        self.elementwise = self.epsilon > 0  # else the gaps of a flat arena would become 0 / 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make z, which starts at the weights, and the mean square of each variable."""
        super().build(variables)
        self._momentums, self._velocities = [], []
        for variable in variables:
            first = variable.detach()
            self._momentums.append(self.add_variable_from_reference(variable, "momentum", first))
            self._velocities.append(self.add_variable_from_reference(variable, "velocity"))

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step of z; the weights follow."""
        z, v = self.slot("momentum", variable), self.slot("velocity", variable)
        t = (self.iterations + 1).double()
        if self.warmup_steps > 0:
            learning_rate = learning_rate * (t / self.warmup_steps).clamp_max(1.0)
        v.mul_(self.beta_2).addcmul_(gradient, gradient, value=1 - self.beta_2)
        scale = (v * (1 / (1 - self.beta_2**t))).sqrt_().add_(self.epsilon)
        # y = (1 - b) z + b x, with x' = (1 - 1/t) x + z'/t: the weights keep their share of the mean, z and z' theirs.
        kept = 1 - 1 / t
        variable.sub_(z, alpha=1 - self.beta_1).mul_(kept)
        z.addcdiv_(gradient * learning_rate, scale, value=-1)
        variable.add_(z * ((1 - self.beta_1) + self.beta_1 / t))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "warmup_steps": self.warmup_steps,
        }
