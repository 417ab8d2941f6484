"""The simplest recurrent layer."""

from __future__ import annotations

from typing import Any

from wubu.layers.recurrent.cell_layer import CellRNN
from wubu.layers.recurrent.simple_rnn_cell import SimpleRNNCell


class SimpleRNN(CellRNN):
    """Run a ``SimpleRNNCell`` over a sequence: ``h = activation(x @ kernel + h @ recurrent_kernel + bias)``.

    Args:
        units: the size of the state and of the output.
        activation: a function or its name.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: penalties that are added to
            the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: projections after each update.
        dropout: the fraction of the inputs to drop in training, the same ones at each step.
        recurrent_dropout: the fraction of the state to drop in training, the same ones at each step.
        seed: an integer for a random stream of the layer's own.
        return_sequences: whether to give every step's output, or the last one alone.
        return_state: whether to give the state after the last step as well.
        go_backwards: whether to go from the last step to the first; the outputs come in that order.
        stateful: whether each row of a batch goes on where the same row of the batch before ended.
        unroll: accepted; the numbers are the same.
        use_cudnn: whether torch's own kernel computes the whole sequence at once: ``"auto"`` where it can, True, or
            False. The numbers are the same.
        **kwargs: the arguments of ``RNN`` and ``Layer``.

    Call arguments: ``sequences``; ``initial_state``, a list; ``mask`` of shape (batch, steps), False for steps to leave
    out; ``training``.

    Input shape: ``(batch, steps, features)``. Output shape: ``(batch, units)``, or ``(batch, steps, units)`` with
    ``return_sequences``; with ``return_state`` a tuple of that and the state, each of shape ``(batch, units)``.
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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        use_cudnn: bool | str = "auto",
        **kwargs: Any,
    ) -> None:
        arguments = {
            "units": units,
            "activation": activation,
            "use_bias": use_bias,
            "kernel_initializer": kernel_initializer,
            "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer,
            "kernel_regularizer": kernel_regularizer,
            "recurrent_regularizer": recurrent_regularizer,
            "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint,
            "recurrent_constraint": recurrent_constraint,
            "bias_constraint": bias_constraint,
            "dropout": dropout,
            "recurrent_dropout": recurrent_dropout,
            "seed": seed,
        }
        super().__init__(
            SimpleRNNCell,
            arguments,
            use_cudnn,
            activity_regularizer=activity_regularizer,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            **kwargs,
        )

    def _cell_name(self) -> str:
        return "simple_rnn_cell"
