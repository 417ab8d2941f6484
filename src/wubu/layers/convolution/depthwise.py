"""The depthwise convolution, over any number of axes: each channel has kernels of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.layers.arguments import as_tuple
from wubu.layers.casting import matched
from wubu.layers.convolution.base import SlidingLayer
from wubu.layers.convolution.kernel import depthwise_laid_out
from wubu.ops.nn.sliding import depthwise_torch_order
from wubu.ops.nn.spatial import channel_axis, channels_restored, channels_second


class DepthwiseConvolution(SlidingLayer):
    """Base of DepthwiseConv1D and DepthwiseConv2D; their docstrings say what the arguments mean."""

    def __init__(
        self,
        rank: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
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
        (self.depth_multiplier,) = as_tuple(depth_multiplier, 1, "depth_multiplier")
        self._keep_kernel_arguments("depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the kernel of shape (*kernel_size, channels, depth_multiplier) and the bias."""
        channels = self._channels_of(input_shape)
        self.compute_output_shape(input_shape)  # says so when the kernel does not fit
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self._add_kernel("kernel", shape, "depthwise", depthwise_laid_out)
        self._add_bias(channels * self.depth_multiplier)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        inputs, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        made = self._convolve(x, depthwise_torch_order(kernel), bias, x.shape[1])
        return self.activation(channels_restored(made, self.data_format))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the number of places the kernel has along each axis, and channels * depth_multiplier."""
        channels = input_shape[channel_axis(self.data_format)]
        return self._output_shape(input_shape, channels * self.depth_multiplier)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return self._config("depth_multiplier", kinds=("depthwise",))
