"""The cell of the gated recurrent unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu import activations
from wubu.layers.arguments import stored
from wubu.layers.recurrent.cell import RecurrentCell, Weights, by_gate, plain


class GRUCell(RecurrentCell):
    """A state that one gate keeps and one gate resets::

        z, r = recurrent_activation(x @ kernel + h @ recurrent_kernel + bias)      (each its part of the columns)
        n = activation(x @ kernel_h + bias_h + r * (h @ recurrent_kernel_h + recurrent_bias_h))     reset_after
        n = activation(x @ kernel_h + bias_h + (r * h) @ recurrent_kernel_h)                        otherwise
        h = z * h + (1 - z) * n

    The columns are in the order z, r, h. Cho et al., "Learning phrase representations using RNN encoder-decoder",
    2014.

    Args:
        units: the size of the state.
        activation: a function or its name.
        recurrent_activation: the gates' function or its name.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties that are added to the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: projections after each update.
        dropout: the fraction of the inputs to drop in training.
        recurrent_dropout: the fraction of the state to drop in training.
        reset_after: whether the gate r acts after the matrix product, as in cuDNN and torch.
        seed: an integer for a random stream of the cell's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``inputs`` of shape (batch, features), ``states`` (a list of one), ``training``. It gives the
    output and the list of the new state, all of shape (batch, units).
    """

    gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        reset_after: bool = True,
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
        self.reset_after = reset_after

    def _bias_shape(self) -> tuple[int, ...]:
        width = 3 * self.units
        return (2, width) if self.reset_after else (width,)

    def input_bias(self) -> torch.Tensor | None:
        """The bias of the inputs: the first row where there are two."""
        return self.bias if self.bias is None or not self.reset_after else self.bias[0]

    def recurrent_weights(self, dtype: torch.dtype) -> Weights:
        """The recurrent kernel and, with ``reset_after``, the bias of the state."""
        bias = self.bias[1].to(dtype) if self.bias is not None and self.reset_after else None
        return self.recurrent_kernel.to(dtype), bias

    def step(
        self, x: torch.Tensor, states: Sequence[torch.Tensor], weights: Weights, training: bool
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """One step; see ``RecurrentCell``."""
        kernel, bias = weights
        (h,) = states
        assert kernel is not None
        activation, gate, width = plain(self.activation), plain(self.recurrent_activation), self.units
        masks = self._state_masks(h, training)
        x_gates, x_h = x[:, : 2 * width], x[:, 2 * width :]
        if self.reset_after:
            inner = by_gate(h, kernel, masks)
            inner = inner if bias is None else inner + bias
            z, r = gate(x_gates + inner[:, : 2 * width]).chunk(2, dim=-1)
            candidate = activation(x_h + r * inner[:, 2 * width :])
        else:
            inner = by_gate(h, kernel[:, : 2 * width], masks and masks[:2])
            z, r = gate(x_gates + inner).chunk(2, dim=-1)
            kept = h if masks is None else h * masks[-1]
            candidate = activation(x_h + (r * kept) @ kernel[:, 2 * width :])
        h = z * h + (1 - z) * candidate
        return h, [h]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this cell again."""
        return {**super().get_config(), **stored(self, "recurrent_activation", "reset_after")}
