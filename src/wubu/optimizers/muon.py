"""Muon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Unpack

import torch

from wubu.errors import ShapeError
from wubu.optimizers.adam_op import adam_
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import OptionsBesideDecay
from wubu.optimizers.state import path_of


class Muon(Optimizer):
    """Momentum whose step is made orthogonal, for matrices; AdamW for everything else.

    For a matrix: ``m = momentum * m + g``; ``u = orthogonalize(g + momentum * m)`` (of m without nesterov);
    ``w -= rate * rms_rate * sqrt(max(rows, columns)) * u``. ``orthogonalize`` sets all singular values near 1 by
    Newton-Schulz steps ``x = a * x + (b * A + c * A @ A) @ x`` with ``A = x @ x.T``, from ``x / norm(x)``.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        adam_beta_1, adam_beta_2, epsilon: of AdamW.
        adam_weight_decay: weight decay of the variables that AdamW updates.
        weight_decay: weight decay of the matrices.
        exclude_layers: regular expressions; variables in whose path one is found go to AdamW.
        exclude_embeddings: whether variables with "embedding" in their path go to AdamW.
        muon_a, muon_b, muon_c: the Newton-Schulz coefficients.
        adam_lr_ratio: AdamW's rate over Muon's.
        momentum: how much of m is kept at each step.
        ns_steps: how many Newton-Schulz steps.
        nesterov: whether the gradient counts as if taken one step ahead.
        rms_rate: size of the step's root mean square beside AdamW's; None leaves the step as it is.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Muon(learning_rate=0.02, exclude_layers=["output"])

    Sources: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); Liu et al., "Muon is
    Scalable for LLM Training" (2025) for ``rms_rate``.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        *,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **options: Unpack[OptionsBesideDecay],
    ) -> None:
        super().__init__(learning_rate, weight_decay, **options)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.exclude_embeddings = exclude_embeddings
        self.exclude_layers = list(exclude_layers or [])
        self.rms_rate = rms_rate

    def uses_adamw(self, variable: torch.Tensor) -> bool:
        """Whether a variable goes to AdamW: not a matrix, an embedding, or excluded."""
        path = path_of(variable)
        if variable.dim() != 2 or (self.exclude_embeddings and "embedding" in path.lower()):
            return True
        return any(re.search(pattern, path) for pattern in self.exclude_layers)

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the momentum of each variable, and the mean square of those that go to AdamW."""
        super().build(variables)
        for variable in variables:
            self.add_variable_from_reference(variable, "momentum")
            if self.uses_adamw(variable):
                self.add_variable_from_reference(variable, "velocity")

    def weight_decay_of(self, variable: torch.Tensor) -> float | None:
        """The weight decay of one variable, or None."""
        if self._exclusions.excludes(variable):
            return None
        return self.adam_weight_decay if self.uses_adamw(variable) else self.weight_decay

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One orthogonal step, or one of AdamW."""
        m = self.slot("momentum", variable)
        if self.uses_adamw(variable):
            v = self.slot("velocity", variable)
            rate = learning_rate * self.adam_lr_ratio
            adam_(variable, gradient, m, v, rate, self.iterations, self.adam_beta_1, self.adam_beta_2, self.epsilon)
            return
        m.mul_(self.momentum).add_(gradient)
        step = self.orthogonalize(gradient.add(m, alpha=self.momentum) if self.nesterov else m)
        scale = 1.0 if self.rms_rate is None else self.rms_rate * max(variable.shape) ** 0.5
        variable.addcmul_(step, learning_rate, value=-scale)

    def orthogonalize(self, x: torch.Tensor) -> torch.Tensor:
        """The matrix of the same singular vectors whose singular values are all near 1.

        Args:
            x: a matrix, or a stack of them.

        Raises:
            ShapeError: for a vector.
        """
        if x.dim() < 2:
            raise ShapeError(f"Expected a matrix. Received: shape {tuple(x.shape)}")
        tall = x.shape[-2] > x.shape[-1]
        x = x.mT if tall else x
        x = x / (torch.linalg.matrix_norm(x, keepdim=True) + 1e-7)
        for _ in range(self.ns_steps):
            product = x @ x.mT
            x = self.muon_a * x + (self.muon_b * product + self.muon_c * product @ product) @ x
        return x.mT if tall else x

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "adam_beta_1": self.adam_beta_1,
            "adam_beta_2": self.adam_beta_2,
            "epsilon": self.epsilon,
            "exclude_layers": self.exclude_layers,
            "muon_a": self.muon_a,
            "muon_b": self.muon_b,
            "muon_c": self.muon_c,
            "adam_lr_ratio": self.adam_lr_ratio,
            "momentum": self.momentum,
            "ns_steps": self.ns_steps,
            "nesterov": self.nesterov,
            "exclude_embeddings": self.exclude_embeddings,
            "adam_weight_decay": self.adam_weight_decay,
            "rms_rate": self.rms_rate,
        }
