"""The simplest recurrent cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.layers.recurrent.cell import RecurrentCell, Weights, by_gate, plain


class SimpleRNNCell(RecurrentCell):
    """``h = activation(x @ kernel + h @ recurrent_kernel + bias)`` (Elman, "Finding structure in time", 1990).

    Args:
        units: the size of the state.
        activation: a function or its name.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties that are added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: projections after each update.
        dropout: the fraction of the inputs to drop in training.
        recurrent_dropout: the fraction of the state to drop in training.
        seed: an integer for a random stream of the cell's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs`` of shape (batch, features), ``states`` (a list of one), ``training``. It gives the
    output and the list of the new state, all of shape (batch, units).
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            **kwargs,
        )

    def step(
        self, x: torch.Tensor, states: Sequence[torch.Tensor], weights: Weights, training: bool
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """One step; see ``RecurrentCell``."""
        (kernel,) = weights
        (h,) = states
        assert kernel is not None
        h = plain(self.activation)(x + by_gate(h, kernel, self._state_masks(h, training)))
        return h, [h]
