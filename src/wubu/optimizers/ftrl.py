"""Follow the regularized leader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.errors import ArgumentError
from wubu.initializers.constants import Constant
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Ftrl(Optimizer):
    """Follow the (proximally) regularized leader: sparse weights for wide, shallow models.

    With ``h = g + 2 * l2_shrinkage * w``, ``n' = n + g ** 2`` and ``p = -learning_rate_power``:
    ``z += h - (n' ** p - n ** p) / rate * w``;
    ``w = (clip(z, -l1, l1) - z) / (n' ** p / rate + 2 * l2 + beta / rate)``; ``n = n'``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        learning_rate_power: how the rate falls with n; not positive, 0 for a constant rate.
        initial_accumulator_value: what n starts with, not negative.
        l1_regularization_strength: l1, not negative.
        l2_regularization_strength: l2, not negative.
        l2_shrinkage_regularization_strength: a penalty on the size of weights, not negative.
        beta: the paper's beta.
        **options: see ``CommonOptions``.

    Raises:
        ArgumentError: for a sign that is not allowed.

    Example:
        >>> optimizer = Ftrl(learning_rate=0.1, l1_regularization_strength=0.01)

    Paper: McMahan et al., "Ad Click Prediction: a View from the Trenches" (2013).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        for name in ("initial_accumulator_value", *(n for n in self.__dict__ if n.endswith("_strength"))):
            if getattr(self, name) < 0:
                raise ArgumentError(f"Expected {name} to be 0 or more. Received: {getattr(self, name)}")
        if learning_rate_power > 0:
            raise ArgumentError(f"Expected learning_rate_power to be 0 or less. Received: {learning_rate_power}")
        # Else the gaps of a flat arena would become 0 / 0.
        self.elementwise = initial_accumulator_value > 0 or learning_rate_power == 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make n and z of each variable."""
        super().build(variables)
        self._accumulators, self._linears = self.add_optimizer_variables(
            variables, ["accumulator", "linear"], [Constant(self.initial_accumulator_value), "zeros"]
        )

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """Set the variable to the leader."""
        n, z = self.slot("accumulator", variable), self.slot("linear", variable)
        l1, shrinkage = self.l1_regularization_strength, self.l2_shrinkage_regularization_strength
        power = -self.learning_rate_power
        l2 = self.l2_regularization_strength + self.beta / (2.0 * learning_rate)
        before = n.pow(power)
        n.addcmul_(gradient, gradient)
        after = n.pow(power)
        z.add_(gradient.add(variable, alpha=2 * shrinkage) if shrinkage else gradient)
        z.sub_((after - before).div_(learning_rate).mul_(variable))
        variable.copy_((z.clamp(-l1, l1) - z).div_(after.div_(learning_rate).add_(2 * l2)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
