"""The mean of each window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.layers.pooling.base import AveragePooling


class AveragePooling1D(AveragePooling):
    """The mean of each window that slides over sequences, channel by channel.

    Args:
        pool_size: the windows' size, one integer; default 2.
        strides: how far they move. Default: ``pool_size``.
        padding: ``"valid"``: windows inside only; ``"same"``: one window for each stride, those at the rim smaller.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, new_steps, channels)``.
    With ``channels_first`` the channels come second.

    Example:
        >>> AveragePooling1D(2)(torch.ones(2, 8, 3)).shape
        torch.Size([2, 4, 3])
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(1, pool_size, strides, padding, data_format, **kwargs)


class AveragePooling2D(AveragePooling):
    """The mean of each window that slides over pictures, channel by channel.

    Args:
        pool_size: the windows' size, one integer or one for each axis; default 2, as in Keras 2.
        strides: how far they move. Default: ``pool_size``.
        padding: ``"valid"``: windows inside only; ``"same"``: one window for each stride, those at the rim smaller.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: ``(batch, new_height, new_width, channels)``.
    With ``channels_first`` the channels come second.

    Example:
        >>> AveragePooling2D(2)(torch.ones(2, 8, 8, 3)).shape
        torch.Size([2, 4, 4, 3])
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(2, pool_size, strides, padding, data_format, **kwargs)


class AveragePooling3D(AveragePooling):
    """The mean of each window that slides over volumes, channel by channel.

    Args:
        pool_size: the windows' size, one integer or one for each axis; default 2, as in Keras 2.
        strides: how far they move. Default: ``pool_size``.
        padding: ``"valid"``: windows inside only; ``"same"``: one window for each stride, those at the rim smaller.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: ``(batch, *new_space, channels)``.
    With ``channels_first`` the channels come second.

    Example:
        >>> AveragePooling3D(2)(torch.ones(2, 8, 8, 8, 3)).shape
        torch.Size([2, 4, 4, 4, 3])
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(3, pool_size, strides, padding, data_format, **kwargs)
