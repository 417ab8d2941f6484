"""Adamax."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Adamax(Optimizer):
    """Adam with the largest recent gradient in place of the root mean square.

    ``m = beta_1 * m + (1 - beta_1) * g``; ``u = max(beta_2 * u, |g|)``;
    ``w -= rate / (1 - beta_1 ** t) * m / (u + epsilon)``, t counted from 1.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        beta_1: how much of the mean is kept at each step.
        beta_2: how much of the largest gradient is kept at each step.
        epsilon: keeps the division finite; None is the global epsilon.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Adamax(learning_rate=0.002)

    Paper: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2014), section 7.
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        self.elementwise = self.epsilon > 0  # else the gaps of a flat arena would become 0 / 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the mean and the norm of each variable."""
        super().build(variables)
        self._m, self._u = self.add_optimizer_variables(variables, ["momentum", "norm"])

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step against the mean gradient."""
        m, u = self.slot("momentum", variable), self.slot("norm", variable)
        m.lerp_(gradient, 1 - self.beta_1)
        u.mul_(self.beta_2)
        torch.maximum(u, gradient.abs(), out=u)
        t = (self.iterations + 1).double()
        variable.addcdiv_(m * (learning_rate / (1 - self.beta_1**t)), u + self.epsilon, value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
