"""The convolutional LSTM over sequences of volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.layers.recurrent.conv_lstm import ConvLSTM


class ConvLSTM3D(ConvLSTM):
    """An LSTM over sequences of volumes: its matrix products are convolutions, and its states have space.

    Shi et al., "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", 2015.

    Args:
        filters: the number of channels of the output and of the states.
        kernel_size: the kernels' size, one integer or one per axis.
        strides: how far the kernels move over the input.
        padding: ``"valid"`` or ``"same"``, for the input; the states' convolution keeps their size.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distance between the elements of the input's kernel.
        activation: a function or its name.
        recurrent_activation: the gates' function or its name.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: how the weights begin.
        unit_forget_bias: whether the bias of the forget gate begins at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: penalties that are added to
            the loss.
        kernel_constraint, recurrent_constraint, bias_constraint: projections after each update.
        dropout: the fraction of the inputs to drop in training, the same ones at each step.
        recurrent_dropout: the fraction of the state to drop in training, the same ones at each step.
        seed: an integer for a random stream of the layer's own.
        return_sequences: whether to give every step's output, or the last one alone.
        return_state: whether to give the states h and c after the last step as well.
        go_backwards: whether to go from the last step to the first; the outputs come in that order.
        stateful: whether each row of a batch goes on where the same row of the batch before ended.
        **kwargs: the arguments of ``RNN`` and ``Layer``.

    Call arguments: those of ``RNN``.

    Input shape: ``(batch, steps, depth, height, width, channels)``. Output shape: ``(batch, *new_space, filters)``, with the
    steps second if ``return_sequences``; with ``return_state`` a tuple of that and the states.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        arguments = {
            "filters": filters,
            "kernel_size": kernel_size,
            "strides": strides,
            "padding": padding,
            "data_format": data_format,
            "dilation_rate": dilation_rate,
            "activation": activation,
            "recurrent_activation": recurrent_activation,
            "use_bias": use_bias,
            "kernel_initializer": kernel_initializer,
            "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer,
            "unit_forget_bias": unit_forget_bias,
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
            3,
            arguments,
            activity_regularizer=activity_regularizer,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            **kwargs,
        )
