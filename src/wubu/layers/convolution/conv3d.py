"""Convolution over volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.layers.convolution.convolution import Convolution


class Conv3D(Convolution):
    """Slide learned kernels over volumes: ``activation(kernel * x + bias)``.

    Args:
        filters: the number of kernels, which is the number of output channels.
        kernel_size: the kernels' size, one integer or one per axis.
        strides: how far they move, one integer or one per axis.
        padding: ``"valid"``: only where the kernel fits; ``"same"``: with zeros around, the odd one after, so that
            stride 1 keeps the size.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        dilation_rate: the distance between the kernels' elements.
        groups: the number of parts that the channels are split into, each with kernels of its own.
        activation: a function or its name. Default: none.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: how the weights begin.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties that are added to the loss.
        kernel_constraint, bias_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: ``(batch, *new_space, filters)``.
    With ``channels_first`` the channels come second.

    Example:
        >>> Conv3D(4, 3, padding="same")(torch.ones(2, 8, 8, 8, 1)).shape
        torch.Size([2, 8, 8, 8, 4])
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = (1, 1, 1),
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
            3,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            groups,
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
