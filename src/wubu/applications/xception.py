"""Xception: Inception taken to the extreme, with separable convolutions throughout.

Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2016 (arXiv:1610.02357).
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
from wubu.layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, SeparableConv2D

__all__ = ["Xception", "decode_predictions", "preprocess_input"]


def _normalized(x: Any, name: str | None = None) -> Any:
    return BatchNormalization(axis=channel_axis(), name=name)(x)


def _relu(x: Any, name: str) -> Any:
    return Activation("relu", name=name)(x)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return _normalized(x, f"{name}_bn")


def _entry_block(x: Any, block: int, filters: tuple[int, int], first_relu: bool = True) -> Any:
    """Two separable convolutions and a pooling, added to a strided 1x1 convolution of the input."""
    shortcut = _normalized(Conv2D(filters[1], 1, strides=2, padding="same", use_bias=False)(x))
    name = f"block{block}"
    if first_relu:
        x = _relu(x, f"{name}_sepconv1_act")
    x = _separable(x, filters[0], f"{name}_sepconv1")
    x = _separable(_relu(x, f"{name}_sepconv2_act"), filters[1], f"{name}_sepconv2")
    x = MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return Add()([x, shortcut])


def Xception(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "xception",
) -> Any:
    """Xception: 22,910,480 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels), at least 71x71. Default 299x299x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected in -1..1, as ``preprocess_input`` of this module gives them.
    """
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 299, 71, include_top, weights)
    x: Any = Conv2D(32, 3, strides=2, use_bias=False, name="block1_conv1")(inputs)
    x = _relu(_normalized(x, "block1_conv1_bn"), "block1_conv1_act")
    x = Conv2D(64, 3, use_bias=False, name="block1_conv2")(x)
    x = _relu(_normalized(x, "block1_conv2_bn"), "block1_conv2_act")
    x = _entry_block(x, 2, (128, 128), first_relu=False)
    x = _entry_block(x, 3, (256, 256))
    x = _entry_block(x, 4, (728, 728))
    for block in range(5, 13):
        shortcut = x
        for i in (1, 2, 3):
            x = _separable(_relu(x, f"block{block}_sepconv{i}_act"), 728, f"block{block}_sepconv{i}")
        x = Add()([x, shortcut])
    x = _entry_block(x, 13, (728, 1024))
    x = _relu(_separable(x, 1536, "block14_sepconv1"), "block14_sepconv1_act")
    x = _relu(_separable(x, 2048, "block14_sepconv2"), "block14_sepconv2_act")
    x = pooled_top(x, include_top, pooling, classes, classifier_activation, named=False)
    stem = "xception_weights_tf_dim_ordering_tf_kernels"
    published = {
        True: (f"{stem}.h5", "0a58e3b7378bc2990ea3b43d5981f1f6"),
        False: (f"{stem}_notop.h5", "b0042744bf5b25fce3cb969f33bebb97"),
    }
    return load(assembled(inputs, x, name), weights, include_top, published, "xception/")


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return _preprocess(x, data_format, mode="tf")
