"""The transposed convolution, over any number of axes: what the gradient of a convolution computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers.arguments import as_choice, as_tuple
from wubu.layers.casting import matched
from wubu.layers.convolution.base import SlidingLayer
from wubu.ops.nn.sliding import slide_transposed, torch_order, transposed_crops
from wubu.ops.nn.spatial import channels_restored, channels_second, space_of, with_space


class TransposedConvolution(SlidingLayer):
    """Base of Conv1DTranspose, Conv2DTranspose and Conv3DTranspose; their docstrings say what the arguments mean."""

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        output_padding: int | Sequence[int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
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
            as_choice(padding, ("valid", "same"), "padding"),
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
        self.output_padding: tuple[int, ...] | None = None
        if output_padding is not None:
            self.output_padding = as_tuple(output_padding, rank, "output_padding", least=0)
            if any(more >= stride for more, stride in zip(self.output_padding, self.strides, strict=True)):
                raise ArgumentError(
                    "Expected output_padding to be smaller than strides. "
                    f"Received: output_padding={self.output_padding}, strides={self.strides}"
                )
        self._keep_kernel_arguments("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the kernel of shape (*kernel_size, filters, channels) and the bias."""
        channels = self._channels_of(input_shape)
        self.kernel = self._add_kernel("kernel", (*self.kernel_size, self.filters, channels), "kernel")
        self._add_bias(self.filters)

    def _crops(self) -> list[tuple[int, int]]:
        return transposed_crops(
            self.padding, self.kernel_size, self.strides, self.dilation_rate, self.output_padding
        )

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        inputs, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        kernel = torch_order(kernel)  # (channels, filters, *space)
        made = slide_transposed(x, kernel, bias, self.strides, self._crops(), self.dilation_rate)
        return self.activation(channels_restored(made, self.data_format))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, the enlarged axes of space, and ``filters``."""
        space: list[int | None] = []
        for i, size in enumerate(space_of(input_shape, self.data_format)):
            reach = self.dilation_rate[i] * (self.kernel_size[i] - 1) + 1
            space.append(None if size is None else (size - 1) * self.strides[i] + reach - sum(self._crops()[i]))
        return with_space(input_shape[0], space, self.filters, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return self._config("filters", "output_padding")
