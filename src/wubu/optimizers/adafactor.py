"""Adafactor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import torch

from wubu.core.variable import Variable
from wubu.optimizers.base import Optimizer
from wubu.optimizers.options import CommonOptions
from wubu.optimizers.schedules.base import LearningRateSchedule
from wubu.optimizers.state import name_of


class Adafactor(Optimizer):
    """Adam's mean squares kept as row and column means, for models whose full mean squares would not fit.

    With ``beta = 1 - t ** beta_2_decay`` and ``s = g ** 2 + epsilon_1``: ``r`` and ``c`` are running means (by beta) of
    the row and column means of s, ``v = r / mean(r) * c`` (for vectors v is the running mean of s itself);
    ``u = g / sqrt(v)``; ``u = u / max(1, rms(u) / clip_threshold)``;
    ``w -= max(epsilon_2, rms(w)) * min(rate, 1 / sqrt(t)) * u``, t counted from 1.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        beta_2_decay: how fast beta nears 1, negative.
        epsilon_1: added to the squared gradient.
        epsilon_2: the smallest size of weights that counts.
        clip_threshold: the largest root mean square of u.
        relative_step: whether a rate that is a number is bounded by ``1 / sqrt(t)`` from the start.
        **options: see ``CommonOptions``.

    Example:
        >>> optimizer = Adafactor(learning_rate=0.01)

    Paper: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost" (2018).
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **options: Unpack[CommonOptions],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the row, column and full mean squares of each variable."""
        super().build(variables)
        self._v = []
        # One that was pickled starts without.
        self._factors: dict[int, tuple[Variable, Variable]] = getattr(self, "_factors", {})
        for variable in variables:
            if id(variable) not in self._factors:
                self._factors[id(variable)] = self._make_factors(variable)
            self._v.append(self.add_variable_from_reference(variable, "velocity"))

    def _make_factors(self, variable: torch.Tensor) -> tuple[Variable, Variable]:
        shape, name = tuple(variable.shape), name_of(variable)
        if len(shape) < 2:  # not used, but Keras saves them
            return self.add_variable((), dtype="int32", name=name), self.add_variable((), dtype="int32", name=name)
        rows = self.add_variable(shape[:-1], dtype=variable.dtype, name=name)
        return rows, self.add_variable((*shape[:-2], shape[-1]), dtype=variable.dtype, name=name)

    def begin_update(self) -> None:
        """The rate and the running means' weight of this step, once for all variables."""
        t = (self.iterations + 1).double()
        rate: torch.Tensor = self.step_size
        source = self._learning_rate
        if self.relative_step and not (isinstance(source, LearningRateSchedule) or _is_function(source)):
            rate = torch.minimum(rate, t.rsqrt())
        self._bounded_rate = torch.minimum(rate, t.rsqrt())
        self._weight = t**self.beta_2_decay

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """One step of at most the weights' size times the rate."""
        v = self.slot("velocity", variable)
        weight = self._weight.to(v.dtype)
        square = gradient.square().add_(self.epsilon_1)
        if variable.dim() >= 2:
            rows, columns = self._factors[id(variable)]
            rows.lerp_(square.mean(-1), weight)
            columns.lerp_(square.mean(-2), weight)
            v.copy_((rows / rows.mean(-1, keepdim=True)).unsqueeze(-1) * columns.unsqueeze(-2))
        else:
            v.lerp_(square, weight)
        step = gradient / v.sqrt()
        too_long = (_rms(step) / self.clip_threshold).clamp_min(1.0)
        size = _rms(variable).clamp_min(self.epsilon_2)
        variable.addcmul_(step, size * self._bounded_rate.to(v.dtype) / too_long, value=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }


def _rms(x: torch.Tensor) -> torch.Tensor:
    return x.square().mean().sqrt()


def _is_function(source: Any) -> bool:
    return callable(source) and not isinstance(source, torch.Tensor)
