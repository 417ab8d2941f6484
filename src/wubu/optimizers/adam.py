"""Adam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.optimizers.adam_op import adam_, corrected_rate, update_moments
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Adam(Optimizer):
    """Gradient descent by adaptive moments: the step follows the gradient's mean, divided by its root mean square.

    ``m = beta_1 * m + (1 - beta_1) * g``; ``v = beta_2 * v + (1 - beta_2) * g ** 2``;
    ``w -= rate * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t) * m / (sqrt(v) + epsilon)``, t counted from 1.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        beta_1: how much of the mean is kept at each step.
        beta_2: how much of the mean square is kept at each step.
        epsilon: keeps the division finite; None is the global epsilon.
        amsgrad: whether the largest v so far is used in place of v.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Adam(learning_rate=0.001)

    Papers: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2014); Reddi et al., "On the Convergence of
    Adam and Beyond" (2018) for amsgrad.
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        self.amsgrad = amsgrad
        # Without epsilon the gaps of a flat arena would become 0 / 0.
        self.elementwise = self.epsilon > 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the moments of each variable."""
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if self.amsgrad:
            self._velocity_hats = self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step against the mean gradient."""
        m, v = self.slot("momentum", variable), self.slot("velocity", variable)
        if not self.amsgrad:
            adam_(variable, gradient, m, v, learning_rate, self.iterations, self.beta_1, self.beta_2, self.epsilon)
            return
        update_moments(gradient, m, v, self.beta_1, self.beta_2)
        largest = self.slot("velocity_hat", variable)
        torch.maximum(largest, v, out=largest)
        alpha = corrected_rate(learning_rate, self.iterations, self.beta_1, self.beta_2)
        variable.addcdiv_(m * alpha, largest.sqrt().add_(self.epsilon), value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
