"""The largest value of as many parts of space as are asked for."""

from __future__ import annotations

from wubu.layers.pooling.adaptive import AdaptiveMaxPooling


class AdaptiveMaxPooling1D(AdaptiveMaxPooling):
    """The largest value of each of ``output_size`` windows that cover sequences, channel by channel.

    Args:
        output_size: the number of windows.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, *output_size, channels)``.
    With ``channels_first`` the channels come second.
    """

    _rank = 1


class AdaptiveMaxPooling2D(AdaptiveMaxPooling):
    """The largest value of each of ``output_size`` windows that cover pictures, channel by channel.

    Args:
        output_size: the number of windows, one integer or (rows, columns).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, height, width, channels)``. Output shape: ``(batch, *output_size, channels)``.
    With ``channels_first`` the channels come second.
    """

    _rank = 2


class AdaptiveMaxPooling3D(AdaptiveMaxPooling):
    """The largest value of each of ``output_size`` windows that cover volumes, channel by channel.

    Args:
        output_size: the number of windows, one integer or one per axis.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the global setting.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``. Output shape: ``(batch, *output_size, channels)``.
    With ``channels_first`` the channels come second.
    """

    _rank = 3
