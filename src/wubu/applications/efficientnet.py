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
    divisible,
    halving_pad,
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

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]

# Table 1 of the paper: kernel, repetitions, channels out, expansion, stride of the first.
_STAGES = (
    (3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)  # fmt: skip
# Wider by, deeper by, size of pictures, rate of the dropout at the top, digests of the published files.
_SIZES: dict[str, tuple[float, float, int, float, tuple[str, str]]] = {
    "b0": (1.0, 1.0, 224, 0.2, ("902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d")),
    "b1": (1.0, 1.1, 240, 0.2, ("1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432")),
    "b2": (1.1, 1.2, 260, 0.3, ("b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39")),
    "b3": (1.2, 1.4, 300, 0.3, ("ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226")),
    "b4": (1.4, 1.8, 380, 0.4, ("18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba")),
    "b5": (1.6, 2.2, 456, 0.4, ("ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f")),
    "b6": (1.8, 2.6, 528, 0.5, ("165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743")),
    "b7": (2.0, 3.1, 600, 0.5, ("8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a")),
}
# Keras keeps these beside, not below, its other models.
EFFICIENTNETS = "https://storage.googleapis.com/keras-applications/"
CONV_INIT = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
DENSE_INIT = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0 / 3.0, "mode": "fan_out", "distribution": "uniform"},
}
# ImageNet's published weights were trained with pixels divided by the deviation once more.
_STD = (0.229, 0.224, 0.225)


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), name=name)(x)


def activated(x: Any, name: str) -> Any:
    """The swish of Ramachandran et al., x · sigmoid(x)."""
    return Activation("swish", name=name)(x)


def _conv(x: Any, filters: int, name: str) -> Any:
    return Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer=CONV_INIT, name=name)(x)


def squeeze_excite(x: Any, width: int, squeezed: int, name: str) -> Any:
    """Channels weighted by what a small network makes of their means."""
    shape = (width, 1, 1) if channel_axis() == 1 else (1, 1, width)
    s = GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    s = Reshape(shape, name=f"{name}se_reshape")(s)
    options: dict[str, Any] = {"padding": "same", "kernel_initializer": CONV_INIT}
    s = Conv2D(squeezed, 1, activation="swish", name=f"{name}se_reduce", **options)(s)
    s = Conv2D(width, 1, activation="sigmoid", name=f"{name}se_expand", **options)(s)
    return Multiply(name=f"{name}se_excite")([x, s])


def _block(x: Any, kernel: int, filters: int, expansion: int, stride: int, drop: float, name: str) -> Any:
    shortcut, before = x, x.shape[channel_axis()]
    width = before * expansion
    if expansion != 1:
        x = activated(
            _normalized(_conv(x, width, f"{name}expand_conv"), f"{name}expand_bn"), f"{name}expand_activation"
        )
    if stride == 2:
        x = ZeroPadding2D(halving_pad(x, kernel), name=f"{name}dwconv_pad")(x)
    x = DepthwiseConv2D(
        kernel,
        strides=stride,
        padding="valid" if stride == 2 else "same",
        use_bias=False,
        depthwise_initializer=CONV_INIT,
        name=f"{name}dwconv",
    )(x)
    x = activated(_normalized(x, f"{name}bn"), f"{name}activation")
    x = squeeze_excite(x, width, max(1, int(before * 0.25)), name)
    x = _normalized(_conv(x, filters, f"{name}project_conv"), f"{name}project_bn")
    if stride == 1 and before == filters:
        if drop > 0:  # whole samples are dropped: stochastic depth
            x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = Add(name=f"{name}add")([x, shortcut])
    return x


def _efficientnet(
    size: str,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    pooling: str | None,
    classes: int,
    classifier_activation: Any,
    name: str,
) -> Any:
    wider, deeper, side, rate, digests = _SIZES[size]
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, side, 32, include_top, weights)
    x: Any = Rescaling(1.0 / 255.0)(inputs)
    x = Normalization(axis=channel_axis())(x)
    if weights == "imagenet":
        x = Rescaling([1.0 / math.sqrt(std) for std in _STD])(x)
    x = ZeroPadding2D(halving_pad(x, 3), name="stem_conv_pad")(x)
    stem = divisible(32 * wider)
    x = Conv2D(stem, 3, strides=2, use_bias=False, kernel_initializer=CONV_INIT, name="stem_conv")(x)
    x = activated(_normalized(x, "stem_bn"), "stem_activation")
    counts = [math.ceil(deeper * stage[1]) for stage in _STAGES]
    total, number = sum(counts), 0
    for stage, (kernel, _, filters, expansion, stride) in enumerate(_STAGES, 1):
        for i in range(counts[stage - 1]):
            drop = 0.2 * number / total
            out = divisible(filters * wider)
            x = _block(x, kernel, out, expansion, stride if i == 0 else 1, drop, f"block{stage}{chr(97 + i)}_")
            number += 1
    x = activated(_normalized(_conv(x, divisible(1280 * wider), "top_conv"), "top_bn"), "top_activation")
    if include_top:
        x = Dropout(rate, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        x = Dense(classes, activation=classifier_activation, kernel_initializer=DENSE_INIT, name="predictions")(x)
    else:
        x = pool(x, pooling, named=True)
    published = {True: (f"efficientnet{size}.h5", digests[0]), False: (f"efficientnet{size}_notop.h5", digests[1])}
    return load(assembled(inputs, x, name), weights, include_top, published, EFFICIENTNETS)


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
        input_shape: (height, width, channels). Default 224x224x3 here; the larger models have larger pictures.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected in 0..255: the model scales them itself.
    """
    return _efficientnet(
        "b0", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB1(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb1",
) -> Any:
    """EfficientNet-B1, for pictures of 240x240: 7,856,239 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b1", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB2(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb2",
) -> Any:
    """EfficientNet-B2, for pictures of 260x260: 9,177,569 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b2", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB3(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb3",
) -> Any:
    """EfficientNet-B3, for pictures of 300x300: 12,320,535 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b3", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB4(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb4",
) -> Any:
    """EfficientNet-B4, for pictures of 380x380: 19,466,823 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b4", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB5(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb5",
) -> Any:
    """EfficientNet-B5, for pictures of 456x456: 30,562,527 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b5", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB6(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb6",
) -> Any:
    """EfficientNet-B6, for pictures of 528x528: 43,265,143 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b6", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def EfficientNetB7(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "efficientnetb7",
) -> Any:
    """EfficientNet-B7, for pictures of 600x600: 66,658,687 parameters with its top; see ``EfficientNetB0``."""
    return _efficientnet(
        "b7", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels as they are: the model scales them itself."""
    return x
