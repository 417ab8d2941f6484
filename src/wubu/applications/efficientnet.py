"""EfficientNet: depth, width and size of pictures scaled together.

Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019 (arXiv:1905.11946).
"""

from __future__ import annotations

import math
from typing import Any

from wubu.applications.imagenet import decode_predictions
from wubu.applications.scaffolding import (
    assembled,
    channel_axis,
    check_weights,
    load,
    picture_input,
    pool,
)
from wubu.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Multiply,
    Normalization,
    Rescaling,
    Reshape,
    ZeroPadding2D,
)

__all__ = ["EfficientNetB0", "decode_predictions", "preprocess_input"]

# Table 1 of the paper: kernel, repetitions, channels out, expansion, stride of the first.
_STAGES = (
    (3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)  # fmt: skip
# Keras keeps these beside, not below, its other models.
EFFICIENTNETS = "https://storage.googleapis.com/keras-applications/"
_CONV_INIT = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
_DENSE_INIT = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0 / 3.0, "mode": "fan_out", "distribution": "uniform"},
}
# ImageNet's published weights were trained with pixels divided by the deviation once more.
_STD = (0.229, 0.224, 0.225)


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), name=name)(x)


def _activated(x: Any, name: str) -> Any:
    return Activation("swish", name=name)(x)


def _padding(x: Any, kernel: int) -> Any:
    """The padding before a convolution with stride 2 that halves the size, rounded up."""
    height, width = (x.shape[2], x.shape[3]) if channel_axis() == 1 else (x.shape[1], x.shape[2])
    half = kernel // 2
    before = [half if d is None else half - (1 - d % 2) for d in (height, width)]
    return ((before[0], half), (before[1], half))


def _conv(x: Any, filters: int, name: str) -> Any:
    return Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer=_CONV_INIT, name=name)(x)


def _squeeze_excite(x: Any, width: int, squeezed: int, name: str) -> Any:
    """Channels weighted by what a small network makes of their means."""
    shape = (width, 1, 1) if channel_axis() == 1 else (1, 1, width)
    s = GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    s = Reshape(shape, name=f"{name}se_reshape")(s)
    options: dict[str, Any] = {"padding": "same", "kernel_initializer": _CONV_INIT}
    s = Conv2D(squeezed, 1, activation="swish", name=f"{name}se_reduce", **options)(s)
    s = Conv2D(width, 1, activation="sigmoid", name=f"{name}se_expand", **options)(s)
    return Multiply(name=f"{name}se_excite")([x, s])


def _block(x: Any, kernel: int, filters: int, expansion: int, stride: int, drop: float, name: str) -> Any:
    shortcut, before = x, x.shape[channel_axis()]
    width = before * expansion
    if expansion != 1:
        x = _activated(
            _normalized(_conv(x, width, f"{name}expand_conv"), f"{name}expand_bn"), f"{name}expand_activation"
        )
    if stride == 2:
        x = ZeroPadding2D(_padding(x, kernel), name=f"{name}dwconv_pad")(x)
    x = DepthwiseConv2D(
        kernel,
        strides=stride,
        padding="valid" if stride == 2 else "same",
        use_bias=False,
        depthwise_initializer=_CONV_INIT,
        name=f"{name}dwconv",
    )(x)
    x = _activated(_normalized(x, f"{name}bn"), f"{name}activation")
    x = _squeeze_excite(x, width, max(1, int(before * 0.25)), name)
    x = _normalized(_conv(x, filters, f"{name}project_conv"), f"{name}project_bn")
    if stride == 1 and before == filters:
        if drop > 0:  # whole samples are dropped: stochastic depth
            x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = Add(name=f"{name}add")([x, shortcut])
    return x


def EfficientNetB0(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb0",
) -> Any:
    """EfficientNet-B0: 5,330,571 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels). Default 224x224x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected in 0..255: the model scales them itself.
    """
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 224, 32, include_top, weights)
    x: Any = Rescaling(1.0 / 255.0)(inputs)
    x = Normalization(axis=channel_axis())(x)
    if weights == "imagenet":
        x = Rescaling([1.0 / math.sqrt(std) for std in _STD])(x)
    x = ZeroPadding2D(_padding(x, 3), name="stem_conv_pad")(x)
    x = Conv2D(32, 3, strides=2, use_bias=False, kernel_initializer=_CONV_INIT, name="stem_conv")(x)
    x = _activated(_normalized(x, "stem_bn"), "stem_activation")
    total, number = sum(stage[1] for stage in _STAGES), 0
    for stage, (kernel, count, filters, expansion, stride) in enumerate(_STAGES, 1):
        for i in range(count):
            drop = 0.2 * number / total
            x = _block(x, kernel, filters, expansion, stride if i == 0 else 1, drop, f"block{stage}{chr(97 + i)}_")
            number += 1
    x = _activated(_normalized(_conv(x, 1280, "top_conv"), "top_bn"), "top_activation")
    if include_top:
        x = Dropout(0.2, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        x = Dense(classes, activation=classifier_activation, kernel_initializer=_DENSE_INIT, name="predictions")(x)
    else:
        x = pool(x, pooling, named=True)
    published = {
        True: ("efficientnetb0.h5", "902e53a9f72be733fc0bcb005b3ebbac"),
        False: ("efficientnetb0_notop.h5", "50bc09e76180e00e4465e1a485ddc09d"),
    }
    return load(assembled(inputs, x, name), weights, include_top, published, EFFICIENTNETS)


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels as they are: the model scales them itself."""
    return x
