"""The separable convolution, over any number of axes: a depthwise one, then one of size 1 across the channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.layers.arguments import as_tuple
from wubu.layers.casting import matched
from wubu.layers.convolution.base import SlidingLayer
from wubu.layers.convolution.kernel import depthwise_laid_out
from wubu.ops.nn.sliding import depthwise_torch_order, torch_order
from wubu.ops.nn.spatial import channels_restored, channels_second


class SeparableConvolution(SlidingLayer):
    """Base of SeparableConv1D and SeparableConv2D; their docstrings say what the arguments mean."""

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
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
        (self.filters,) = as_tuple(filters, 1, "filters")
        (self.depth_multiplier,) = as_tuple(depth_multiplier, 1, "depth_multiplier")
        self._keep_kernel_arguments("depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)
        self._keep_kernel_arguments("pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the depthwise kernel, the pointwise kernel and the bias."""
        channels = self._channels_of(input_shape)
        self.compute_output_shape(input_shape)  # says so when the kernel does not fit
        multiplier = self.depth_multiplier
        self.depthwise_kernel = self._add_kernel(
            "depthwise_kernel", (*self.kernel_size, channels, multiplier), "depthwise", depthwise_laid_out
        )
        shape = (*(1,) * self.rank, channels * multiplier, self.filters)
        self.pointwise_kernel = self._add_kernel("pointwise_kernel", shape, "pointwise")
        self._add_bias(self.filters)

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        inputs, deep, point, bias = matched(
            self, inputs, self.depthwise_kernel, self.pointwise_kernel, self.bias
        )
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        x = self._convolve(x, depthwise_torch_order(deep), None, x.shape[1])
        point = torch_order(point)  # (filters, channels * multiplier, *ones)
        if self.rank == 1:
            made = F.conv2d(x.unsqueeze(2), point.unsqueeze(2), bias).squeeze(2)
        else:
            made = F.conv2d(x, point, bias)
        return self.activation(channels_restored(made, self.data_format))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the number of places the kernel has along each axis, and ``filters``."""
        return self._output_shape(input_shape, self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return self._config("filters", "depth_multiplier", kinds=("depthwise", "pointwise"))
