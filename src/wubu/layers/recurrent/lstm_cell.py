"""The cell of the long short-term memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu import activations, initializers
from wubu.layers.arguments import stored
from wubu.layers.recurrent.cell import RecurrentCell, Weights, by_gate, plain


class LSTMCell(RecurrentCell):
    """A memory c that three gates write, keep and read::

        i, f, o = recurrent_activation(x @ kernel + h @ recurrent_kernel + bias)   (each its part of the columns)
        c = f * c + i * activation(x @ kernel_c + h @ recurrent_kernel_c + bias_c)
        h = o * activation(c)

    The columns are in the order i, f, c, o. Hochreiter & Schmidhuber, "Long short-term memory", 1997.

    Args:
        units: the size of the state and of the memory.
        activation: a function or its name.
        recurrent_activation: the gates' function or its name.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: how the weights begin.
        unit_forget_bias: whether the bias of the gate f begins at 1, so that the memory is kept at first.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties that are added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: projections after each update.
        dropout: the fraction of the inputs to drop in training.
        recurrent_dropout: the fraction of the state to drop in training.
        seed: an integer for a random stream of the cell's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs`` of shape (batch, features), ``states`` (the list of h and c), ``training``. It gives the
    output and the list of the new states, all of shape (batch, units).
    """

    gates = 4

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
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
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def _first_bias(self) -> Callable[..., Any]:
        return forget_at_one(self.bias_initializer, self.units) if self.unit_forget_bias else self.bias_initializer

    def step(
        self, x: torch.Tensor, states: Sequence[torch.Tensor], weights: Weights, training: bool
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """One step; see ``RecurrentCell``."""
        (kernel,) = weights
        h, c = states
        assert kernel is not None
        gates = x + by_gate(h, kernel, self._state_masks(h, training))
        h, c = lstm_gates(gates.chunk(4, dim=-1), c, self.activation, self.recurrent_activation)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this cell again."""
        return {**super().get_config(), **stored(self, "recurrent_activation", "unit_forget_bias")}


def lstm_gates(
    gates: Sequence[torch.Tensor], c: torch.Tensor, activation: Callable[..., Any], gate: Callable[..., Any]
) -> tuple[torch.Tensor, torch.Tensor]:
    """The new h and c from the four gates before their activation, in the order i, f, c, o."""
    activation, gate = plain(activation), plain(gate)
    i, f, candidate, o = gates
    c = gate(f) * c + gate(i) * activation(candidate)
    return gate(o) * activation(c), c


def forget_at_one(initializer: Callable[..., Any], units: int) -> Callable[..., torch.Tensor]:
    """An initializer of an LSTM's bias: ones for the gate f, the given initializer for the others."""

    def initialize(shape: Any, dtype: Any = None) -> torch.Tensor:
        ones: Any = initializers.get("ones")
        return torch.cat(
            [initializer((units,), dtype=dtype), ones((units,), dtype=dtype), initializer((2 * units,), dtype=dtype)]
        )

    return initialize
