"""Gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.errors import ArgumentError
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions


class SGD(Optimizer):
    """Gradient descent, with momentum.

    Without momentum ``w -= rate * g``; with it ``m = momentum * m - rate * g`` and then ``w += m``, or with Nesterov's
    momentum ``w += momentum * m - rate * g``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        momentum: how much of the last step is kept, from 0 to 1.
        nesterov: whether the gradient counts as if taken one step ahead.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = SGD(learning_rate=0.1, momentum=0.9, nesterov=True)

    Paper: Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013).
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not isinstance(momentum, int | float) or not 0 <= momentum <= 1:
            raise ArgumentError(f"Expected momentum to be a number from 0 to 1. Received: {momentum!r}")
        self.momentum = float(momentum)
        self.nesterov = nesterov

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the momentum of each variable."""
        super().build(variables)
        self.momentums = self.add_optimizer_variables(variables, "momentum") if self.momentum else []

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step down the gradient."""
        if self.momentum:
            m = self.slot("momentum", variable)
            m.mul_(self.momentum).addcmul_(gradient, learning_rate, value=-1)
            if not self.nesterov:
                variable.add_(m)
                return
            variable.add_(m, alpha=self.momentum)
        variable.addcmul_(gradient, learning_rate, value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
