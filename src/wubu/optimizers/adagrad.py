"""Adagrad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.errors import ArgumentError
from wubu.initializers.constants import Constant
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Adagrad(Optimizer):
    """Gradient descent with a rate of its own for each weight, smaller the more it has been updated.

    ``a = a + g ** 2``; ``w -= rate * g / sqrt(a + epsilon)``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments; the paper's 0.5 to 1 suits it better
            than the default.
        initial_accumulator_value: what a starts with, not negative.
        epsilon: keeps the division finite; None is the global epsilon.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Adagrad(learning_rate=0.5)

    Paper: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning" (2011).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float | None = 1e-7,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        if initial_accumulator_value < 0:
            raise ArgumentError(
                f"Expected initial_accumulator_value to be 0 or more. Received: {initial_accumulator_value}"
            )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        # Else the gaps of a flat arena would become 0 / 0.
        self.elementwise = initial_accumulator_value > 0 or self.epsilon > 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the accumulator of each variable."""
        super().build(variables)
        first = Constant(self.initial_accumulator_value)
        self._accumulators = self.add_optimizer_variables(variables, "accumulator", first)

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step down the gradient."""
        a = self.slot("accumulator", variable)
        a.addcmul_(gradient, gradient)
        variable.addcdiv_(gradient * learning_rate, (a + self.epsilon).sqrt_(), value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        own = {"initial_accumulator_value": self.initial_accumulator_value, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
