"""MobileNetV2: narrow residuals around wide depthwise convolutions.

Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018 (arXiv:1801.04381).
"""

from __future__ import annotations

from typing import Any

from wubu.applications.imagenet import decode_predictions
from wubu.applications.imagenet import preprocess_input as _preprocess
from wubu.applications.scaffolding import (
    assembled,
    channel_axis,
    check_weights,
    divisible,
    halving_pad,
    load,
    picture_input,
    pool,
)
from wubu.errors import ArgumentError
from wubu.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    ReLU,
    ZeroPadding2D,
)

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

# Table 2 of the paper: expansion, channels, repetitions, stride of the first.
_STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
_PUBLISHED_ALPHAS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
_PUBLISHED_SIZES = (96, 128, 160, 192, 224)


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)


def _block(x: Any, number: int, expansion: int, channels: int, stride: int) -> Any:
    prefix = f"block_{number}_" if number else "expanded_conv_"
    width = x.shape[channel_axis()]
    shortcut = x
    if number:
        x = Conv2D(expansion * width, 1, padding="same", use_bias=False, name=f"{prefix}expand")(x)
        x = ReLU(6.0, name=f"{prefix}expand_relu")(_normalized(x, f"{prefix}expand_BN"))
    if stride == 2:
        x = ZeroPadding2D(halving_pad(x, 3), name=f"{prefix}pad")(x)
    padding = "same" if stride == 1 else "valid"
    x = DepthwiseConv2D(3, strides=stride, use_bias=False, padding=padding, name=f"{prefix}depthwise")(x)
    x = ReLU(6.0, name=f"{prefix}depthwise_relu")(_normalized(x, f"{prefix}depthwise_BN"))
    x = Conv2D(channels, 1, padding="same", use_bias=False, name=f"{prefix}project")(x)
    x = _normalized(x, f"{prefix}project_BN")
    return Add(name=f"{prefix}add")([shortcut, x]) if width == channels and stride == 1 else x


def MobileNetV2(
    input_shape: Any = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Any:
    """MobileNetV2: 3,538,984 parameters with its top and ``alpha=1``.

    Args:
        input_shape: (height, width, channels), at least 32x32. Default 224x224x3.
        alpha: multiplies the number of channels everywhere.
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name. Default: mobilenetv2 with alpha and size.

    Pixels are expected in -1..1, as ``preprocess_input`` of this module gives them.
    """
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 224, 32, include_top, weights, free_size=True)
    side = inputs.shape[2] if channel_axis() == 1 else inputs.shape[1]
    size = side if side in _PUBLISHED_SIZES else 224
    if weights == "imagenet" and alpha not in _PUBLISHED_ALPHAS:
        raise ArgumentError(f"ImageNet's weights exist for alpha {_PUBLISHED_ALPHAS}. Received: alpha={alpha}")
    x = Conv2D(divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1")(inputs)
    x = ReLU(6.0, name="Conv1_relu")(_normalized(x, "bn_Conv1"))
    number = 0
    for expansion, channels, count, stride in _STAGES:
        for i in range(count):
            x = _block(x, number, expansion, divisible(channels * alpha), stride if i == 0 else 1)
            number += 1
    last = divisible(1280 * alpha) if alpha > 1.0 else 1280
    x = Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = ReLU(6.0, name="out_relu")(_normalized(x, "Conv_1_bn"))
    if include_top:
        x = Dense(classes, activation=classifier_activation, name="predictions")(GlobalAveragePooling2D()(x))
    else:
        x = pool(x, pooling)
    stem = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{size}"
    published = {True: (f"{stem}.h5", None), False: (f"{stem}_no_top.h5", None)}
    model = assembled(inputs, x, name or f"mobilenetv2_{alpha:0.2f}_{size}")
    return load(model, weights, include_top, published, "mobilenet_v2/")


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return _preprocess(x, data_format, mode="tf")
