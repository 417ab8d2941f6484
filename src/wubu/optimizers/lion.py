"""Lion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.errors import ArgumentError
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Lion(Optimizer):
    """Sign descent with momentum: ``w -= rate * sign(beta_1 * m + (1 - beta_1) * g)``,
    then ``m = beta_2 * m + (1 - beta_2) * g``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments; a third to a tenth of Adam's suits it.
        beta_1: the mean's share in the step; above 0, at most 1.
        beta_2: how much of the mean is kept at each step.
        **options: see ``CommonOptions``.

    Raises:
        ArgumentError: for a beta_1 outside its range.

    Example:
        >>> optimizer = Lion(learning_rate=0.0001, weight_decay=0.1)

    Paper: Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 < beta_1 <= 1:
            raise ArgumentError(f"Expected beta_1 to be above 0 and at most 1. Received: {beta_1}")
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the mean gradient of each variable."""
        super().build(variables)
        self._momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step of the rate's size in every direction."""
        m = self.slot("momentum", variable)
        # Not lerp, which rounds otherwise: where the two terms cancel, a rounding error would decide the sign.
        direction = (m * self.beta_1).add_(gradient, alpha=1 - self.beta_1).sign_()
        variable.addcmul_(direction, learning_rate, value=-1)
        m.mul_(self.beta_2).add_(gradient, alpha=1 - self.beta_2)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}
