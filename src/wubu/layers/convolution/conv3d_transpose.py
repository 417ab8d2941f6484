"""Transposed convolution over volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.layers.convolution.transpose import TransposedConvolution


class Conv3DTranspose(TransposedConvolution):
    """Slide learned kernels over volumes backwards: each value spreads over a window, and strides enlarge.

    The gradient of ``Conv3D`` with respect to its input, as a layer. Zeiler et al., "Deconvolutional networks", 2010.

    Args:
        filters: the number of output channels.
        kernel_size: the kernels' size, one integer or one per axis.
        strides: how far apart the values are put, one integer or one per axis.
        padding: ``"valid"``: everything that the kernels reach; ``"same"``: as many places as values times strides.
        output_padding: how much longer the output is than the least that fits; smaller than strides. Default: found.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distance between the kernels' elements.
        activation: a function or its name. Default: none.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties that are added to the loss.
        kernel_constraint, bias_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: ``(batch, *new_space, filters)``.
    With ``channels_first`` the channels come second.

    Example:
        >>> Conv3DTranspose(4, 3, strides=2, padding="same")(torch.ones(2, 8, 8, 8, 1)).shape
        torch.Size([2, 16, 16, 16, 4])
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: int | Sequence[int] | None = None,
        dilation_rate: int | Sequence[int] = (1, 1, 1),
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
            3,
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )
