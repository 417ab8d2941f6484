"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class RMSprop(Optimizer):
    """Gradient descent by the gradient over its root mean square.

    ``v = rho * v + (1 - rho) * g ** 2``; ``step = rate * g / sqrt(v + epsilon)``; ``w -= step``.
    With momentum ``m = momentum * m + step; w -= m``. When centered, the mean gradient a is kept too
    (``a = rho * a + (1 - rho) * g``) and the variance ``v - a ** 2`` stands in place of v.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        rho: how much of the mean square is kept at each step.
        momentum: how much of the last step is kept, from 0 to 1.
        epsilon: keeps the division finite; None is the global epsilon.
        centered: whether the mean gradient is taken out.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = RMSprop(learning_rate=0.001, momentum=0.9)

    Source: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5 (2012).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float | None = 1e-7,
        centered: bool = False,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        self.centered = centered
        self.elementwise = self.epsilon > 0  # else the gaps of a flat arena would become 0 / 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the mean square of each variable, and its momentum and mean gradient where they are used."""
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        self._momentums = self.add_optimizer_variables(variables, "momentum") if self.momentum > 0 else []
        self._average_gradients = []
        if self.centered:
            self._average_gradients = self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step down the gradient."""
        v = self.slot("velocity", variable)
        v.mul_(self.rho).addcmul_(gradient, gradient, value=1 - self.rho)
        scale = v + self.epsilon
        if self.centered:
            a = self.slot("average_gradient", variable)
            a.lerp_(gradient, 1 - self.rho)
            scale.addcmul_(a, a, value=-1)
        scale.sqrt_()
        if self.momentum > 0:
            m = self.slot("momentum", variable)
            m.mul_(self.momentum).addcdiv_(gradient * learning_rate, scale)
            variable.sub_(m)
        else:
            variable.addcdiv_(gradient * learning_rate, scale, value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
