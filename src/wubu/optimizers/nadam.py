"""Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.variable import Variable
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class Nadam(Optimizer):
    """Adam with Nesterov's momentum and a momentum that warms up.

    With ``u_t = beta_1 * (1 - 0.96 ** t / 2)`` and the product ``p_t = u_1 * … * u_t``, t counted from 1:
    ``m = beta_1 * m + (1 - beta_1) * g``; ``v = beta_2 * v + (1 - beta_2) * g ** 2``;
    ``m_hat = u_{t+1} * m / (1 - p_{t+1}) + (1 - u_t) * g / (1 - p_t)``;
    ``w -= rate * m_hat / (sqrt(v / (1 - beta_2 ** t)) + epsilon)``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        beta_1: how much of the mean is kept at each step.
        beta_2: how much of the mean square is kept at each step.
        epsilon: keeps the division finite; None is the global epsilon.
        schedule_decay: an argument of Keras 1 and 2: t in ``0.96 ** t`` counts so many times (they had 0.004).
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Nadam(learning_rate=0.002)

    Paper: Dozat, "Incorporating Nesterov Momentum into Adam" (2015).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        schedule_decay: float = 1.0,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = settings.epsilon() if epsilon is None else epsilon
        self.schedule_decay = schedule_decay
        self.elementwise = self.epsilon > 0  # else the gaps of a flat arena would become 0 / 0

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the moments of each variable, and the product that all share."""
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if not hasattr(self, "_u_product"):
            first = next(iter(variables), None)
            dtype = torch_dtype(None) if first is None else first.dtype
            self._u_product = Variable(1.0, dtype=dtype, trainable=False)

    def begin_update(self) -> None:
        """The factors of this step, once for all variables."""
        t = (self.iterations + 1).double()
        warmth = (0.96**self.schedule_decay) ** t
        u = self.beta_1 * (1 - 0.5 * warmth)
        u_next = self.beta_1 * (1 - 0.5 * 0.96**self.schedule_decay * warmth)
        self._u_product.mul_(u)
        product = self._u_product.double()
        self._mean_factor = self.step_size * u_next / (1 - product * u_next)
        self._gradient_factor = self.step_size * (1 - u) / (1 - product)
        self._square_factor = 1 / (1 - self.beta_2**t)

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step against the mean gradient."""
        m, v = self.slot("momentum", variable), self.slot("velocity", variable)
        m.lerp_(gradient, 1 - self.beta_1)
        v.mul_(self.beta_2).addcmul_(gradient, gradient, value=1 - self.beta_2)
        step = (m * self._mean_factor).add_(gradient * self._gradient_factor)
        variable.addcdiv_(step, (v * self._square_factor).sqrt_().add_(self.epsilon), value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        config = super().get_config()
        config.update(beta_1=self.beta_1, beta_2=self.beta_2, epsilon=self.epsilon)
        if self.schedule_decay != 1.0:  # Keras 3 does not know it, so it is written only when it is used
            config["schedule_decay"] = self.schedule_decay
        return config
