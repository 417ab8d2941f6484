"""The ordinary convolution, over any number of axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import as_tuple
from wubu.layers.casting import matched
from wubu.layers.convolution.base import SlidingLayer
from wubu.ops.nn.sliding import torch_order
from wubu.ops.nn.spatial import channels_restored, channels_second


class Convolution(SlidingLayer):
    """Base of Conv1D, Conv2D and Conv3D; their docstrings say what the arguments mean."""

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            rank,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            bias_initializer,
            bias_regularizer,
            bias_constraint,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self._refuse_strides_with_dilation()
        (self.filters,) = as_tuple(filters, 1, "filters")
        (self.groups,) = as_tuple(groups, 1, "groups")
        if self.filters % self.groups:
            raise ArgumentError(
                f"Expected filters to be a multiple of groups. Received: filters={filters}, groups={groups}"
            )
        self._keep_kernel_arguments("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the kernel of shape (*kernel_size, channels / groups, filters) and the bias."""
        channels = self._channels_of(input_shape)
        if channels % self.groups:
            raise ShapeError(
                f"Layer {self.name!r} has groups={self.groups}, which must divide the number of channels. "
                f"Received: {channels} channels, input shape {input_shape}"
            )
        self._output_shape(input_shape, self.filters)  # says so when the kernel does not fit
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self.kernel = self._add_kernel("kernel", shape, "kernel")
        self._add_bias(self.filters)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        inputs, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        made = self._convolve(x, torch_order(kernel), bias, self.groups)  # (batch, filters, *space)
        return self.activation(channels_restored(made, self.data_format))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the number of places the kernel has along each axis, and ``filters``."""
        return self._output_shape(input_shape, self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return self._config("filters", "groups")
