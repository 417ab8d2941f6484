"""An LSTM whose matrix products are convolutions, over any number of axes of space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu import activations, constraints, initializers, regularizers
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.seeds import SeedGenerator
from wubu.core.settings import standardize_data_format
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import as_choice, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.casting import matched
from wubu.layers.convolution.kernel import laid_out
from wubu.layers.input_spec import InputSpec
from wubu.layers.recurrent.cell_layer import of_cell
from wubu.layers.recurrent.dropout_masks import DropoutMasks, Masks
from wubu.layers.recurrent.loop import run_steps
from wubu.layers.recurrent.lstm_cell import forget_at_one, lstm_gates
from wubu.layers.recurrent.rnn import RNN, RNN_ARGUMENTS
from wubu.ops.nn.sliding import padding_of, slide, torch_order
from wubu.ops.nn.spatial import (
    channel_axis,
    channels_restored,
    channels_second,
    space_of,
    window_counts,
    with_space,
)

CELL_ARGUMENTS = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "data_format",
    "dilation_rate",
    "activation",
    "recurrent_activation",
    "use_bias",
    *(f"{w}_{kind}" for kind in ("initializer", "regularizer", "constraint") for w in ("kernel", "recurrent", "bias")),
    "unit_forget_bias",
    "dropout",
    "recurrent_dropout",
    "seed",
)


class ConvLSTMCell(Layer, DropoutMasks):
    """The cell: an ``LSTMCell`` with convolutions of the input and, with padding 'same', of the state.

    Shi et al., "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", 2015.
    ``ConvLSTM1D`` and its kind say what the arguments mean.
    """

    kernel: Variable
    recurrent_kernel: Variable
    bias: Variable | None
    activation: Any
    recurrent_activation: Any

    def __init__(
        self,
        rank: int,
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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rank = rank
        (self.filters,) = as_tuple(filters, 1, "filters")
        self.kernel_size = as_tuple(kernel_size, rank, "kernel_size")
        self.strides = as_tuple(strides, rank, "strides")
        self.dilation_rate = as_tuple(dilation_rate, rank, "dilation_rate")
        self.padding = as_choice(padding, ("valid", "same"), "padding")
        self.data_format = standardize_data_format(data_format)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                "Expected either strides or dilation_rate to be 1. "
                f"Received: strides={self.strides}, dilation_rate={self.dilation_rate}"
            )
        self.activation = activations.get(activation)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.use_bias = use_bias
        self.kernel_initializer: Any = initializers.get(kernel_initializer)
        self.recurrent_initializer: Any = initializers.get(recurrent_initializer)
        self.bias_initializer: Any = initializers.get(bias_initializer)
        self.unit_forget_bias = unit_forget_bias
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        self.dropout_mask_count = 4
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.input_spec = InputSpec(ndim=rank + 2)
        # The size of a state is a shape, and only known after build; as in Keras this stands for it.
        self.state_size = [-1, -1]

    def build(self, inputs_shape: Any, states_shape: Any = None) -> None:
        """Make the kernels, with the gates side by side in the last axis, and the bias."""
        channels = inputs_shape[channel_axis(self.data_format)]
        space = space_of(inputs_shape, self.data_format)
        if channels is None or None in space:
            raise ShapeError(
                f"Layer {self.name!r} needs the sizes of space and the number of channels. "
                f"Received: input shape of one step {inputs_shape}"
            )
        self.input_spec = InputSpec(shape=(None, *inputs_shape[1:]))
        self._state_shape = self._output_shape(inputs_shape)[1:]
        arguments = (("kernel", "kernel", channels), ("recurrent_kernel", "recurrent", self.filters))
        for name, kind, size in arguments:
            weight = self.add_weight(
                (*self.kernel_size, size, 4 * self.filters),
                laid_out(getattr(self, f"{kind}_initializer")),
                regularizer=getattr(self, f"{kind}_regularizer"),
                constraint=getattr(self, f"{kind}_constraint"),
                name=name,
            )
            setattr(self, name, weight)
        first: Callable[..., Any] = self.bias_initializer
        if self.unit_forget_bias:
            first = forget_at_one(first, self.filters)
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (4 * self.filters,),
                first,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def project(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """The part of all gates that depends on the input, in torch's order of axes.

        Args:
            inputs: one step of shape (batch, *space, channels), or several as one batch with the first step's masks.
            training: whether dropout acts.

        Returns:
            A tensor of shape (batch, 4 * filters, *new_space).
        """
        x, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        x = channels_second(x, self.data_format)
        pads = padding_of(self.padding, x.shape[2:], self.kernel_size, self.strides, self.dilation_rate)

        def convolve(part: torch.Tensor, weights: torch.Tensor, offset: torch.Tensor | None) -> torch.Tensor:
            return slide(part, torch_order(weights), offset, self.strides, pads, self.dilation_rate)

        masks = self._dropout_masks if training and 0 < self.dropout < 1 else None
        if masks is None:
            return convolve(x, kernel, bias)
        masks = [self._repeated(mask, x.shape[0]) for mask in masks]
        made = torch.cat([convolve(x * m, k, None) for m, k in zip(masks, kernel.chunk(4, -1), strict=True)], dim=1)
        return made if bias is None else made + bias.view(1, -1, *(1,) * self.rank)

    def _repeated(self, mask: torch.Tensor, rows: int) -> torch.Tensor:
        mask = channels_second(mask, self.data_format)
        return mask if mask.shape[0] == rows else mask.repeat_interleave(rows // mask.shape[0], dim=0)

    def step(self, x: torch.Tensor, states: Sequence[torch.Tensor], training: bool) -> tuple[torch.Tensor, Any]:
        """One step, given what ``project`` made of its input; everything in torch's order of axes."""
        h, c = states
        kernel = self.recurrent_kernel.to(x.dtype)
        pads = padding_of("same", h.shape[2:], self.kernel_size, (1,) * self.rank, (1,) * self.rank)

        def convolve(part: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
            return slide(part, torch_order(weights), None, (1,) * self.rank, pads, (1,) * self.rank)

        masks: Masks | None = self._state_masks(h, training)
        if masks is None:
            gates = x + convolve(h, kernel)
        else:
            parts = zip(masks, kernel.chunk(4, -1), strict=True)
            gates = x + torch.cat([convolve(h * mask, part) for mask, part in parts], dim=1)
        h, c = lstm_gates(gates.chunk(4, dim=1), c, self.activation, self.recurrent_activation)
        return h, [h, c]

    def call(self, inputs: torch.Tensor, states: Any, training: bool = False) -> tuple[torch.Tensor, Any]:
        """Compute one step's output and the states after it."""
        self._input_masks(inputs, training)
        x = self.project(inputs, training)
        before = [channels_second(s.to(x.dtype), self.data_format) for s in states]
        _, after = self.step(x, before, training)
        after = [channels_restored(s, self.data_format) for s in after]
        return after[0], after

    def _output_shape(self, inputs_shape: Any) -> tuple[int | None, ...]:
        counts = window_counts(
            space_of(inputs_shape, self.data_format),
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
            self.name,
        )
        return with_space(inputs_shape[0], counts, self.filters, self.data_format)

    def compute_output_shape(self, inputs_shape: Any, states_shape: Any = None) -> Any:
        """The output's shape and those of the states."""
        made = self._output_shape(inputs_shape)
        return made, [made, made]

    def get_initial_state(self, batch_size: int | None = None) -> list[torch.Tensor]:
        """Zeros for h and c."""
        shape = (batch_size or 0, *self._state_shape)
        dtype, device = torch_dtype(self.compute_dtype), default_device()
        return [torch.zeros(shape, dtype=dtype, device=device) for _ in range(2)]  # type: ignore[arg-type]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this cell again."""
        return {**super().get_config(), "rank": self.rank, **stored(self, *CELL_ARGUMENTS)}


class ConvLSTM(RNN):
    """Base of ConvLSTM1D, ConvLSTM2D and ConvLSTM3D; their docstrings say what the arguments mean."""

    cell: ConvLSTMCell

    def __init__(self, rank: int, arguments: dict[str, Any], **kwargs: Any) -> None:
        shared = {key: kwargs[key] for key in ("dtype", "trainable") if key in kwargs}
        cell = ConvLSTMCell(rank, **arguments, **shared, name="conv_lstm_cell")
        super().__init__(cell, **kwargs)
        self.input_spec = InputSpec(ndim=rank + 3)

    def _run(
        self, sequences: torch.Tensor, states: list[Any], mask: torch.Tensor | None, training: bool
    ) -> tuple[torch.Tensor, torch.Tensor | None, Any]:
        cell, layout = self.cell, self.cell.data_format
        batch, steps = sequences.shape[:2]
        cell._input_masks(sequences[:, 0], training)
        folded = sequences.reshape(batch * steps, *sequences.shape[2:])  # all steps' inputs in one convolution
        inputs = cell.project(folded, training)
        inputs = inputs.unflatten(0, (batch, steps))

        def step(x: torch.Tensor, before: Any) -> tuple[torch.Tensor, Any]:
            return cell.step(x, before, training)

        before = [channels_second(s, layout) for s in states]
        last, outputs, after = run_steps(
            step, inputs.unbind(1), before, mask, self.zero_output_for_mask, self.return_sequences
        )
        if outputs is not None and layout == "channels_last":
            outputs = outputs.movedim(2, -1)
        return channels_restored(last, layout), outputs, [channels_restored(s, layout) for s in after]

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """The output's shape, with ``return_state`` a tuple of that and the states' shapes."""
        batch, steps = sequences_shape[:2]
        made = self.cell._output_shape((batch, *sequences_shape[2:]))
        output = (batch, steps, *made[1:]) if self.return_sequences else made
        return (output, made, made) if self.return_state else output

    filters = of_cell("filters")
    kernel_size = of_cell("kernel_size")
    strides = of_cell("strides")
    padding = of_cell("padding")
    data_format = of_cell("data_format")
    dilation_rate = of_cell("dilation_rate")
    activation = of_cell("activation")
    recurrent_activation = of_cell("recurrent_activation")
    use_bias = of_cell("use_bias")
    kernel_initializer = of_cell("kernel_initializer")
    recurrent_initializer = of_cell("recurrent_initializer")
    bias_initializer = of_cell("bias_initializer")
    unit_forget_bias = of_cell("unit_forget_bias")
    kernel_regularizer = of_cell("kernel_regularizer")
    recurrent_regularizer = of_cell("recurrent_regularizer")
    bias_regularizer = of_cell("bias_regularizer")
    kernel_constraint = of_cell("kernel_constraint")
    recurrent_constraint = of_cell("recurrent_constraint")
    bias_constraint = of_cell("bias_constraint")
    dropout = of_cell("dropout")
    recurrent_dropout = of_cell("recurrent_dropout")
    seed = of_cell("seed")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**Layer.get_config(self), **stored(self, *RNN_ARGUMENTS, *CELL_ARGUMENTS, "activity_regularizer")}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a layer from what ``get_config`` gave."""
        return cls(**config)
