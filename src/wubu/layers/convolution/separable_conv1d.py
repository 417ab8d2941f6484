"""Separable convolution over sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.layers.convolution.separable import SeparableConvolution


class SeparableConv1D(SeparableConvolution):
    """A depthwise convolution over sequences, then one of size 1 that mixes the channels: few weights, little work.

    Chollet, "Xception: deep learning with depthwise separable convolutions", 2017.

    Args:
        filters: the number of output channels.
        kernel_size: the depthwise kernels' size.
        strides: how far they move.
        padding: ``"valid"``: only where the kernel fits; ``"same"``: with zeros around, so that stride 1 keeps the size.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distance between the kernels' elements.
        depth_multiplier: the number of depthwise kernels for each channel.
        activation: a function or its name. Default: none.
        use_bias: whether a bias is added.
        depthwise_initializer, pointwise_initializer, bias_initializer: how the weights begin.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer: penalties that are
            added to the loss.
        depthwise_constraint, pointwise_constraint, bias_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, new_steps, filters)``.
    With ``channels_first`` the channels come second.
    """

    def __init__(
        self,
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
            1,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            depth_multiplier,
            activation,
            use_bias,
            depthwise_initializer,
            pointwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            pointwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            pointwise_constraint,
            bias_constraint,
            **kwargs,
        )
