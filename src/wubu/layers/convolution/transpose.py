"""The transposed convolution, over any number of axes: what the gradient of a convolution computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from wubu.errors import ArgumentError
from wubu.layers.arguments import as_choice, as_tuple
from wubu.layers.casting import matched
from wubu.layers.convolution.base import SlidingLayer
from wubu.layers.convolution.kernel import torch_order
from wubu.layers.spatial import channels_restored, channels_second, space_of, with_space

_TRANSPOSED = {2: F.conv_transpose2d, 3: F.conv_transpose3d}


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
        """What to take off both ends of the longest result along each axis; below 0: zeros to add after."""
        crops = []
        for i, (width, stride) in enumerate(zip(self.kernel_size, self.strides, strict=True)):
            reach = self.dilation_rate[i] * (width - 1) + 1
            more = None if self.output_padding is None else self.output_padding[i]
            if self.padding == "valid":
                crops.append((0, -(max(stride - reach, 0) if more is None else more)))
            else:
                kept = stride + reach - 2 if more is None else reach + reach % 2 - 2 + more
                before = max(reach - 1 - (kept + 1) // 2, 0)
                crops.append((before, 2 * (reach - 1) - kept - before))
        return crops

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        inputs, kernel, bias = matched(self, inputs, self.kernel, self.bias)
        x = channels_second(inputs, self.data_format)  # (batch, channels, *space)
        kernel = torch_order(kernel)  # (channels, filters, *space)
        crops, strides, dilation = self._crops(), self.strides, self.dilation_rate
        if self.rank == 1:
            # As a picture of height 1, which stays channels_last in memory.
            x, kernel = x.unsqueeze(2), kernel.unsqueeze(2)
            crops, strides, dilation = [(0, 0), *crops], (1, *strides), (1, *dilation)
        before = [first for first, _ in crops]
        # torch crops both ends alike and can add zeros after; what is left to crop after is cut off.
        added = [max(first - last, 0) for first, last in crops]
        made = _TRANSPOSED[x.dim() - 2](x, kernel, bias, strides, before, added, 1, dilation)
        for axis, (first, last) in enumerate(crops, start=2):
            if last > first:
                made = made.narrow(axis, 0, made.shape[axis] - (last - first))
        made = made.squeeze(2) if self.rank == 1 else made
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
