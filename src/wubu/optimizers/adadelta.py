"""Adadelta."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Adadelta(Optimizer):
    """Gradient descent whose step has the size of recent steps over that of recent gradients.

    With ``rms(x) = sqrt(x + epsilon)``: ``a = rho * a + (1 - rho) * g ** 2``; ``d = rms(b) / rms(a) * g``;
    ``b = rho * b + (1 - rho) * d ** 2``; ``w -= rate * d``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments; 1 is the paper's.
        rho: how much of the mean squares is kept at each step.
        epsilon: keeps the division finite and starts the steps; None is the global epsilon.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Adadelta(learning_rate=1.0)

    Paper: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float | None = 1e-7,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        self.elementwise = self.epsilon > 0  # else the gaps of a flat arena would become 0 / 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the mean squares of each variable's gradients and steps."""
        super().build(variables)
        self._accumulated_grads, self._accumulated_delta_vars = self.add_optimizer_variables(
            variables, ["accumulated_grad", "accumulated_delta_var"]
        )

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step down the gradient."""
        a = self.slot("accumulated_grad", variable)
        b = self.slot("accumulated_delta_var", variable)
        a.mul_(self.rho).addcmul_(gradient, gradient, value=1 - self.rho)
        step = (b + self.epsilon).sqrt_().mul_(gradient).div_((a + self.epsilon).sqrt_())
        b.mul_(self.rho).addcmul_(step, step, value=1 - self.rho)
        variable.addcmul_(step, learning_rate, value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}
