"""Lamb."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.optimizers.adam_op import update_moments
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Lamb(Optimizer):
    """Adam whose step, variable by variable, has the length of the weights: for very large batches.

    With Adam's m and v and ``u = m / (1 - beta_1 ** t) / (sqrt(v / (1 - beta_2 ** t)) + epsilon)``:
    ``w -= rate * norm(w) / norm(u) * u``; the ratio is 1 where either norm is 0.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        beta_1: how much of the mean is kept at each step.
        beta_2: how much of the mean square is kept at each step.
        epsilon: keeps the division finite; None is the global epsilon.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Lamb(learning_rate=0.01)

    Paper: You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes" (2019).
    """

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

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the moments of each variable."""
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])

    def begin_update(self) -> None:
        """The bias corrections of this step, once for all variables."""
        t = (self.iterations + 1).double()
        self._mean_factor = 1 / (1 - self.beta_1**t)
        self._square_factor = 1 / (1 - self.beta_2**t)

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step of the weights' length times the rate."""
        m, v = self.slot("momentum", variable), self.slot("velocity", variable)
        update_moments(gradient, m, v, self.beta_1, self.beta_2)
        step = (m * self._mean_factor).div_((v * self._square_factor).sqrt_().add_(self.epsilon))
        length, step_length = torch.linalg.vector_norm(variable), torch.linalg.vector_norm(step)
        ratio = torch.where((length > 0) & (step_length > 0), length / step_length, 1.0)
        variable.addcmul_(step, ratio * learning_rate, value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
