"""MobileNetV3: inverted residuals with squeezes and hard swishes, found by search.

Howard et al., "Searching for MobileNetV3", 2019 (arXiv:1905.02244).
"""

from __future__ import annotations

from typing import Any

from wubu.applications.imagenet import decode_predictions
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
from wubu.core.settings import image_data_format
from wubu.errors import ArgumentError
from wubu.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Multiply,
    ReLU,
    Rescaling,
    ZeroPadding2D,
)

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "decode_predictions", "preprocess_input"]

# Tables 1 and 2 of the paper: expansion, channels, kernel, stride, whether it squeezes, whether it is a hard swish.
# Expansions are of the channels before.
_LARGE = (
    (1, 16, 3, 1, False, False), (4, 24, 3, 2, False, False), (3, 24, 3, 1, False, False), (3, 40, 5, 2, True, False),
    (3, 40, 5, 1, True, False), (3, 40, 5, 1, True, False), (6, 80, 3, 2, False, True), (2.5, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True), (2.3, 80, 3, 1, False, True), (6, 112, 3, 1, True, True), (6, 112, 3, 1, True, True),
    (6, 160, 5, 2, True, True), (6, 160, 5, 1, True, True), (6, 160, 5, 1, True, True),
)  # fmt: skip
_SMALL = (
    (1, 16, 3, 2, True, False), (72 / 16, 24, 3, 2, False, False), (88 / 24, 24, 3, 1, False, False),
    (4, 40, 5, 2, True, True), (6, 40, 5, 1, True, True), (6, 40, 5, 1, True, True), (3, 48, 5, 1, True, True),
    (3, 48, 5, 1, True, True), (6, 96, 5, 2, True, True), (6, 96, 5, 1, True, True), (6, 96, 5, 1, True, True),
)  # fmt: skip
_DIGESTS = {
    "large_224_0.75_float": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0_float": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0_float": ("675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973"),
    "small_224_0.75_float": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0_float": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0_float": ("99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4"),
}


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)


def _activated(x: Any, hard_swish: bool) -> Any:
    return Activation("hard_swish")(x) if hard_swish else ReLU()(x)


def _squeeze_excite(x: Any, width: int, prefix: str) -> Any:
    """Channels weighted by what a small network makes of their means."""
    prefix = f"{prefix}squeeze_excite_"
    s: Any = GlobalAveragePooling2D(keepdims=True, name=f"{prefix}avg_pool")(x)
    s = Conv2D(divisible(width * 0.25), 1, padding="same", name=f"{prefix}conv")(s)
    s = Conv2D(width, 1, padding="same", name=f"{prefix}conv_1")(ReLU(name=f"{prefix}relu")(s))
    s = ReLU(6.0)(s + 3.0) * (1.0 / 6.0)
    return Multiply(name=f"{prefix}mul")([x, s])


def _block(
    x: Any, number: int, expansion: float, channels: int, kernel: int, stride: int, squeeze: bool, hard: bool
) -> Any:
    prefix = f"expanded_conv_{number}_" if number else "expanded_conv_"
    before, shortcut = x.shape[channel_axis()], x
    width = divisible(before * expansion)
    if number:
        x = Conv2D(width, 1, padding="same", use_bias=False, name=f"{prefix}expand")(x)
        x = _activated(_normalized(x, f"{prefix}expand_bn"), hard)
    if stride == 2:
        x = ZeroPadding2D(halving_pad(x, kernel), name=f"{prefix}depthwise_pad")(x)
    padding = "same" if stride == 1 else "valid"
    x = DepthwiseConv2D(kernel, strides=stride, padding=padding, use_bias=False, name=f"{prefix}depthwise")(x)
    x = _activated(_normalized(x, f"{prefix}depthwise_bn"), hard)
    if squeeze:
        x = _squeeze_excite(x, width, prefix)
    x = Conv2D(channels, 1, padding="same", use_bias=False, name=f"{prefix}project")(x)
    x = _normalized(x, f"{prefix}project_bn")
    return Add(name=f"{prefix}add")([shortcut, x]) if stride == 1 and before == channels else x


def _mobilenet_v3(
    kind: str,
    input_shape: Any,
    alpha: float,
    minimalistic: bool,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    classes: int,
    pooling: str | None,
    dropout_rate: float,
    classifier_activation: Any,
    include_preprocessing: bool,
    name: str,
) -> Any:
    check_weights(weights, include_top, classes)
    file = f"{kind}{'_minimalistic' if minimalistic else ''}_224_{alpha}_float"
    if weights == "imagenet" and file not in _DIGESTS:
        raise ArgumentError(
            "ImageNet's weights exist for alpha 0.75 and 1.0, and for a minimalistic model for 1.0. "
            f"Received: alpha={alpha}, minimalistic={minimalistic}"
        )
    if input_shape is None and input_tensor is None:  # the top is a convolution, which takes pictures of any size
        input_shape = (3, None, None) if image_data_format() == "channels_first" else (None, None, 3)
    inputs = picture_input(input_shape, input_tensor, 224, 32, include_top, weights, free_size=True)
    x: Any = Rescaling(scale=1.0 / 127.5, offset=-1.0)(inputs) if include_preprocessing else inputs
    x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = _activated(_normalized(x, "conv_bn"), not minimalistic)
    for number, (expansion, channels, kernel, stride, squeeze, hard) in enumerate(
        _LARGE if kind == "large" else _SMALL
    ):
        if minimalistic:
            kernel, squeeze, hard = 3, False, False
        x = _block(x, number, expansion, divisible(channels * alpha), kernel, stride, squeeze, hard)
    x = Conv2D(divisible(x.shape[channel_axis()] * 6), 1, padding="same", use_bias=False, name="conv_1")(x)
    x = _activated(_normalized(x, "conv_1_bn"), not minimalistic)
    if include_top:
        last = 1280 if kind == "large" else 1024
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Conv2D(divisible(last * alpha) if alpha > 1.0 else last, 1, padding="same", name="conv_2")(x)
        x = _activated(x, not minimalistic)
        if dropout_rate > 0:
            x = Dropout(dropout_rate)(x)
        x = Flatten()(Conv2D(classes, 1, padding="same", name="logits")(x))
        x = Activation(classifier_activation, name="predictions")(x)
    else:
        x = pool(x, pooling, named=True)
    top, bare = _DIGESTS.get(file, (None, None))
    published = {
        True: (f"weights_mobilenet_v3_{file}.h5", top),
        False: (f"weights_mobilenet_v3_{file}_no_top_v2.h5", bare),
    }
    return load(assembled(inputs, x, name), weights, include_top, published, "mobilenet_v3/")


def MobileNetV3Large(
    input_shape: Any = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "MobileNetV3Large",
) -> Any:
    """The large MobileNetV3: 5,507,432 parameters with its top and ``alpha=1``.

    Args:
        input_shape: (height, width, channels), at least 32x32. Default: any size.
        alpha: multiplies the number of channels everywhere.
        minimalistic: whether to do without squeezes, hard swishes and 5x5 kernels.
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        classes: the number of classes.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        dropout_rate: the rate before the classifier.
        classifier_activation: the activation of the last layer.
        include_preprocessing: whether the model scales pixels from 0..255 itself; they are expected in -1..1 otherwise.
        name: the model's name.
    """
    return _mobilenet_v3(
        "large", input_shape, alpha, minimalistic, include_top, weights, input_tensor, classes, pooling, dropout_rate,
        classifier_activation, include_preprocessing, name,
    )  # fmt: skip


def MobileNetV3Small(
    input_shape: Any = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "MobileNetV3Small",
) -> Any:
    """The small MobileNetV3: 2,554,968 parameters with its top and ``alpha=1``; see ``MobileNetV3Large``."""
    return _mobilenet_v3(
        "small", input_shape, alpha, minimalistic, include_top, weights, input_tensor, classes, pooling, dropout_rate,
        classifier_activation, include_preprocessing, name,
    )  # fmt: skip


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels as they are: the model scales them itself."""
    return x
