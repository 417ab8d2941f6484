"""What all convolutions have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu import activations, constraints, initializers, regularizers
from wubu.core.settings import standardize_data_format
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import as_choice, as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.convolution.kernel import Arrange, laid_out
from wubu.layers.input_spec import InputSpec
from wubu.ops.nn.sliding import padding_of, slide
from wubu.ops.nn.spatial import (
    channel_axis,
    space_of,
    window_counts,
    with_space,
)


class SlidingLayer(Layer):
    """Base of the layers that slide kernels over an input: the arguments that they share, checked.

    Args:
        rank: the number of axes of space, 1 to 3.
        kernel_size, strides, dilation_rate: one integer, or one for each axis of space.
        padding: ``"valid"`` or ``"same"``, with one axis also ``"causal"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        activation: a function or its name.
        use_bias: whether a bias is added.
        bias_initializer, bias_regularizer, bias_constraint: how it begins, its penalty and projection.
        **kwargs: the arguments of ``Layer``.
    """

    bias: Any

    def __init__(
        self,
        rank: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int],
        padding: str,
        data_format: str | None,
        dilation_rate: int | Sequence[int],
        activation: Any,
        use_bias: bool,
        bias_initializer: Any,
        bias_regularizer: Any,
        bias_constraint: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rank = rank
        self.kernel_size = as_tuple(kernel_size, rank, "kernel_size")
        self.strides = as_tuple(strides, rank, "strides")
        self.dilation_rate = as_tuple(dilation_rate, rank, "dilation_rate")
        self.padding = as_choice(padding, ("valid", "same", "causal") if rank == 1 else ("valid", "same"), "padding")
        self.data_format = standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(ndim=rank + 2)

    def _refuse_strides_with_dilation(self) -> None:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                "Expected either strides or dilation_rate to be 1. "
                f"Received: strides={self.strides}, dilation_rate={self.dilation_rate}"
            )

    def _channels_of(self, input_shape: Any) -> int:
        """The number of input channels, checked; from now on inputs must have as many."""
        axis = channel_axis(self.data_format)
        if len(input_shape) != self.rank + 2:
            raise ShapeError(
                f"Layer {self.name!r} expects an input with {self.rank + 2} axes. Received: input shape {input_shape}"
            )
        channels = input_shape[axis]
        if channels is None:
            raise ShapeError(
                f"Layer {self.name!r} needs the number of channels (axis {axis}). Received: input shape {input_shape}"
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def _add_kernel(self, name: str, shape: Sequence[int], kind: str, arrange: Arrange = laid_out) -> Variable:
        """Make a kernel; ``kind`` begins the names of the arguments that say how."""
        return self.add_weight(
            shape,
            arrange(getattr(self, f"{kind}_initializer")),
            regularizer=getattr(self, f"{kind}_regularizer"),
            constraint=getattr(self, f"{kind}_constraint"),
            name=name,
        )

    def _keep_kernel_arguments(self, kind: str, initializer: Any, regularizer: Any, constraint: Any) -> None:
        setattr(self, f"{kind}_initializer", initializers.get(initializer))
        setattr(self, f"{kind}_regularizer", regularizers.get(regularizer))
        setattr(self, f"{kind}_constraint", constraints.get(constraint))

    def _add_bias(self, size: int) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (size,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def _convolve(
        self, x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None, groups: int
    ) -> torch.Tensor:
        """Convolve with the layer's strides, padding and dilation, everything in torch's order of axes."""
        pads = padding_of(self.padding, x.shape[2:], self.kernel_size, self.strides, self.dilation_rate)
        return slide(x, kernel, bias, self.strides, pads, self.dilation_rate, groups)

    def _output_shape(self, input_shape: Any, filters: int) -> tuple[int | None, ...]:
        counts = window_counts(
            space_of(input_shape, self.data_format),
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
            self.name,
        )
        return with_space(input_shape[0], counts, filters, self.data_format)

    def _config(self, *first: str, kinds: Sequence[str] = ("kernel",)) -> dict[str, Any]:
        """The config: the given arguments, those that all kernels share, and those of each kind of weight."""
        names = [*first, "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias"]
        ends = ("initializer", "regularizer", "constraint")
        names += [f"{kind}_{end}" for end in ends for kind in (*kinds, "bias")]
        return {**super().get_config(), **stored(self, *names, "activity_regularizer")}
