"""Activations with weights that only Keras 1 had."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu import initializers
from wubu.layers.base import Layer


class ParametricSoftplus(Layer):
    """``alpha · log(1 + exp(beta · x))`` with learned ``alpha`` and ``beta``, one for each feature.

    Args:
        alpha_init: where ``alpha`` begins.
        beta_init: where ``beta`` begins.
        **kwargs: the arguments of ``Layer``.
    """

    def __init__(self, alpha_init: float = 0.2, beta_init: float = 5.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha_init, self.beta_init = alpha_init, beta_init

    def build(self, input_shape: Any = None) -> None:
        """Make two weights for each feature."""
        shape = tuple(input_shape[1:])
        self.alphas = self.add_weight(shape, initializers.Constant(self.alpha_init), name="alphas")
        self.betas = self.add_weight(shape, initializers.Constant(self.beta_init), name="betas")

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        return self.alphas * F.softplus(self.betas * inputs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "alpha_init": self.alpha_init, "beta_init": self.beta_init}


class SReLU(Layer):
    """A rectifier of three linear pieces with learned bends and slopes (Jin et al., 2015).

    ``x`` between the two bends, ``bend + slope · (x - bend)`` outside of them.

    Args:
        t_left_init, a_left_init: the initializers of the left bend and slope.
        t_right_init, a_right_init: those of the right one, which is counted from the left bend.
        **kwargs: the arguments of ``Layer``.
    """

    def __init__(
        self,
        t_left_init: Any = "zero",
        a_left_init: Any = "glorot_uniform",
        t_right_init: Any = "glorot_uniform",
        a_right_init: Any = "one",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.t_left_init, self.a_left_init = t_left_init, a_left_init
        self.t_right_init, self.a_right_init = t_right_init, a_right_init

    def build(self, input_shape: Any = None) -> None:
        """Make four weights for each feature."""
        shape = tuple(input_shape[1:])
        self.t_left = self.add_weight(shape, self.t_left_init, name="t_left")
        self.a_left = self.add_weight(shape, self.a_left_init, name="a_left")
        self.t_right = self.add_weight(shape, self.t_right_init, name="t_right")
        self.a_right = self.add_weight(shape, self.a_right_init, name="a_right")

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        left, right = self.t_left, self.t_left + self.t_right.abs()
        low = torch.where(inputs <= left, left + self.a_left * (inputs - left), inputs)
        return torch.where(inputs >= right, right + self.a_right * (inputs - right), low)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("t_left_init", "a_left_init", "t_right_init", "a_right_init")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
