"""Depthwise convolution over sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.layers.convolution.depthwise import DepthwiseConvolution


class DepthwiseConv1D(DepthwiseConvolution):
    """Slide kernels over sequences, each channel having its own: channels are not mixed.

    Args:
        kernel_size: the kernels' size.
        strides: how far they move.
        padding: ``"valid"``: only where the kernel fits; ``"same"``: with zeros around, so that stride 1 keeps the size.
        depth_multiplier: the number of kernels for each channel.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distance between the kernels' elements.
        activation: a function or its name. Default: none.
        use_bias: whether a bias is added.
        depthwise_initializer, bias_initializer: how the weights begin.
        depthwise_regularizer, bias_regularizer, activity_regularizer: penalties that are added to the loss.
        depthwise_constraint, bias_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, new_steps, channels *
    depth_multiplier)``. With ``channels_first`` the channels come second.
    """

    def __init__(
        self,
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
            1,
            kernel_size,
            strides,
            padding,
            depth_multiplier,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            depthwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            bias_constraint,
            **kwargs,
        )
