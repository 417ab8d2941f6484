"""Inception v3: factorised convolutions in parallel.

Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception Architecture for Computer Vision", 2015
(arXiv:1512.00567).
"""

from __future__ import annotations

from typing import Any

from wubu.applications.imagenet import decode_predictions
from wubu.applications.imagenet import preprocess_input as _preprocess
from wubu.applications.scaffolding import (
    assembled,
    channel_axis,
    check_weights,
    load,
    picture_input,
    pooled_top,
)
from wubu.layers import Activation, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, MaxPooling2D

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]


def _conv(x: Any, filters: int, rows: int, columns: int, padding: str = "same", strides: int = 1) -> Any:
    x = Conv2D(filters, (rows, columns), strides=strides, padding=padding, use_bias=False)(x)
    return Activation("relu")(BatchNormalization(axis=channel_axis(), scale=False)(x))


def _chain(x: Any, *parts: tuple[int, int, int]) -> Any:
    for filters, rows, columns in parts:
        x = _conv(x, filters, rows, columns)
    return x


def _pooled(x: Any, filters: int) -> Any:
    return _conv(AveragePooling2D(3, strides=1, padding="same")(x), filters, 1, 1)


def _joined(branches: list[Any], name: str | None = None) -> Any:
    return Concatenate(axis=channel_axis(), name=name)(branches)


def _module_35(x: Any, pool_filters: int, name: str) -> Any:
    one = _conv(x, 64, 1, 1)
    five = _chain(x, (48, 1, 1), (64, 5, 5))
    three = _chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3))
    return _joined([one, five, three, _pooled(x, pool_filters)], name)


def _module_17(x: Any, width: int, name: str) -> Any:
    one = _conv(x, 192, 1, 1)
    seven = _chain(x, (width, 1, 1), (width, 1, 7), (192, 7, 1))
    double = _chain(x, (width, 1, 1), (width, 7, 1), (width, 1, 7), (width, 7, 1), (192, 1, 7))
    return _joined([one, seven, double, _pooled(x, 192)], name)


def _module_8(x: Any, index: int) -> Any:
    one = _conv(x, 320, 1, 1)
    three = _conv(x, 384, 1, 1)
    three = _joined([_conv(three, 384, 1, 3), _conv(three, 384, 3, 1)], f"mixed9_{index}")
    double = _chain(x, (448, 1, 1), (384, 3, 3))
    double = _joined([_conv(double, 384, 1, 3), _conv(double, 384, 3, 1)])
    return _joined([one, three, double, _pooled(x, 192)], f"mixed{9 + index}")


def InceptionV3(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "inception_v3",
) -> Any:
    """Inception v3: 23,851,784 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels), at least 75x75. Default 299x299x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected in -1..1, as ``preprocess_input`` of this module gives them.
    """
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 299, 75, include_top, weights)
    x = _conv(inputs, 32, 3, 3, "valid", 2)
    x = _conv(_conv(x, 32, 3, 3, "valid"), 64, 3, 3)
    x = MaxPooling2D(3, strides=2)(x)
    x = _conv(_conv(x, 80, 1, 1, "valid"), 192, 3, 3, "valid")
    x = MaxPooling2D(3, strides=2)(x)  # 35x35x192
    for i, filters in enumerate((32, 64, 64)):
        x = _module_35(x, filters, f"mixed{i}")
    three = _conv(x, 384, 3, 3, "valid", 2)
    double = _conv(_chain(x, (64, 1, 1), (96, 3, 3)), 96, 3, 3, "valid", 2)
    x = _joined([three, double, MaxPooling2D(3, strides=2)(x)], "mixed3")  # 17x17x768
    for i, width in enumerate((128, 160, 160, 192), 4):
        x = _module_17(x, width, f"mixed{i}")
    three = _conv(_conv(x, 192, 1, 1), 320, 3, 3, "valid", 2)
    seven = _conv(_chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192, 3, 3, "valid", 2)
    x = _joined([three, seven, MaxPooling2D(3, strides=2)(x)], "mixed8")  # 8x8x1280
    x = _module_8(_module_8(x, 0), 1)
    x = pooled_top(x, include_top, pooling, classes, classifier_activation, named=False)
    stem = "inception_v3_weights_tf_dim_ordering_tf_kernels"
    published = {
        True: (f"{stem}.h5", "9a0d58056eeedaa3f26cb7ebd46da564"),
        False: (f"{stem}_notop.h5", "bcbd6486424b2319ff4ef7d526e38f63"),
    }
    return load(assembled(inputs, x, name), weights, include_top, published, "inception_v3/")


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return _preprocess(x, data_format, mode="tf")
