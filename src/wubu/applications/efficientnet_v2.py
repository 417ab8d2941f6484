"""EfficientNetV2: fused convolutions first, depthwise ones later, smaller expansions.

Tan and Le, "EfficientNetV2: Smaller Models and Faster Training", 2021 (arXiv:2104.00298).
"""

from __future__ import annotations

import math
from typing import Any

from wubu.applications.efficientnet import CONV_INIT, DENSE_INIT, activated, squeeze_excite
from wubu.applications.imagenet import decode_predictions
from wubu.applications.scaffolding import assembled, channel_axis, check_weights, load, picture_input, pool
from wubu.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Normalization,
    Rescaling,
)

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]

# Table 4 of the paper: whether it is fused, repetitions, channels out, expansion, stride of the first. What is not fused
# squeezes channels to a quarter.
_Stages = tuple[tuple[bool, int, int, int, int], ...]
_B: _Stages = (
    (True, 1, 16, 1, 1), (True, 2, 32, 4, 2), (True, 2, 48, 4, 2), (False, 3, 96, 4, 2), (False, 5, 112, 6, 1),
    (False, 8, 192, 6, 2),
)  # fmt: skip
_STAGES: dict[str, tuple[int, _Stages]] = {
    **{f"b{i}": (32, _B) for i in range(4)},
    "s": (24, (
        (True, 2, 24, 1, 1), (True, 4, 48, 4, 2), (True, 4, 64, 4, 2), (False, 6, 128, 4, 2), (False, 9, 160, 6, 1),
        (False, 15, 256, 6, 2),
    )),
    "m": (24, (
        (True, 3, 24, 1, 1), (True, 5, 48, 4, 2), (True, 5, 80, 4, 2), (False, 7, 160, 4, 2), (False, 14, 176, 6, 1),
        (False, 18, 304, 6, 2), (False, 5, 512, 6, 1),
    )),
    "l": (32, (
        (True, 4, 32, 1, 1), (True, 7, 64, 4, 2), (True, 7, 96, 4, 2), (False, 10, 192, 4, 2), (False, 19, 224, 6, 1),
        (False, 25, 384, 6, 2), (False, 7, 640, 6, 1),
    )),
}  # fmt: skip
# Wider by, deeper by, size of pictures, digests of the published files.
_SIZES: dict[str, tuple[float, float, int, tuple[str, str]]] = {
    "b0": (1.0, 1.0, 224, ("21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff")),
    "b1": (1.0, 1.1, 240, ("069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37")),
    "b2": (1.1, 1.2, 260, ("424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb")),
    "b3": (1.2, 1.4, 300, ("1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856")),
    "s": (1.0, 1.0, 384, ("e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070")),
    "m": (1.0, 1.0, 480, ("a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342")),
    "l": (1.0, 1.0, 480, ("27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615")),
}
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


def _rounded(channels: float, wider: float) -> int:
    """The multiple of 8 nearest to a number of channels; here it may be more than a tenth below it."""
    return max(8, int(channels * wider + 4) // 8 * 8)


def _conv(x: Any, filters: int, kernel: int, stride: int, name: str) -> Any:
    options: dict[str, Any] = {"padding": "same", "use_bias": False, "kernel_initializer": CONV_INIT}
    return Conv2D(filters, kernel, strides=stride, name=name, **options)(x)


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), momentum=0.9, name=name)(x)


def _block(x: Any, fused: bool, filters: int, expansion: int, stride: int, drop: float, name: str) -> Any:
    shortcut, before = x, x.shape[channel_axis()]
    width = before * expansion
    if expansion != 1:
        kernel, step = (3, stride) if fused else (1, 1)
        x = _normalized(_conv(x, width, kernel, step, f"{name}expand_conv"), f"{name}expand_bn")
        x = activated(x, f"{name}expand_activation")
    if not fused:
        options: dict[str, Any] = {"padding": "same", "use_bias": False, "depthwise_initializer": CONV_INIT}
        x = DepthwiseConv2D(3, strides=stride, name=f"{name}dwconv2", **options)(x)
        x = activated(_normalized(x, f"{name}bn"), f"{name}activation")
        x = squeeze_excite(x, width, max(1, int(before * 0.25)), name)
    kernel, step = (3, stride) if fused and expansion == 1 else (1, 1)
    x = _normalized(_conv(x, filters, kernel, step, f"{name}project_conv"), f"{name}project_bn")
    if fused and expansion == 1:
        x = activated(x, f"{name}project_activation")
    if stride == 1 and before == filters:
        if drop > 0:  # whole samples are dropped: stochastic depth
            x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = Add(name=f"{name}add")([x, shortcut])
    return x


def _efficientnet_v2(
    size: str,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    pooling: str | None,
    classes: int,
    classifier_activation: Any,
    include_preprocessing: bool,
    name: str,
) -> Any:
    wider, deeper, side, digests = _SIZES[size]
    stem, stages = _STAGES[size]
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, side, 32, include_top, weights)
    x: Any = inputs
    if include_preprocessing and size[0] == "b" and inputs.shape[channel_axis()] == 3:
        x = Rescaling(1.0 / 255)(x)
        x = Normalization(mean=_MEAN, variance=[s**2 for s in _STD], axis=channel_axis())(x)
    elif include_preprocessing:
        x = Rescaling(1.0 / 128.0, offset=-1)(x)
    x = activated(_normalized(_conv(x, _rounded(stem, wider), 3, 2, "stem_conv"), "stem_bn"), "stem_activation")
    total, number = sum(stage[1] for stage in stages), 0
    for stage, (fused, count, filters, expansion, stride) in enumerate(stages, 1):
        for i in range(math.ceil(deeper * count)):
            block = f"block{stage}{chr(97 + i)}_"
            out, drop = _rounded(filters, wider), 0.2 * number / total
            x = _block(x, fused, out, expansion, stride if i == 0 else 1, drop, block)
            number += 1
    x = activated(_normalized(_conv(x, _rounded(1280, wider), 1, 1, "top_conv"), "top_bn"), "top_activation")
    if include_top:
        x = Dropout(0.2, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        x = Dense(classes, activation=classifier_activation, kernel_initializer=DENSE_INIT, name="predictions")(x)
    else:
        x = pool(x, pooling, named=True)
    file = f"efficientnetv2-{size}"
    published = {True: (f"{file}.h5", digests[0]), False: (f"{file}_notop.h5", digests[1])}
    return load(assembled(inputs, x, name), weights, include_top, published, "efficientnet_v2/")


def EfficientNetV2B0(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-b0",
) -> Any:
    """EfficientNetV2-B0: 7,200,312 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels). Default 224x224x3 here; the larger models have larger pictures.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        include_preprocessing: whether the model scales pixels of 0..255 itself.
        name: the model's name.
    """
    return _efficientnet_v2(
        "b0", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def EfficientNetV2B1(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-b1",
) -> Any:
    """EfficientNetV2-B1, for pictures of 240x240: 8,212,124 parameters with its top; see ``EfficientNetV2B0``."""
    return _efficientnet_v2(
        "b1", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def EfficientNetV2B2(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-b2",
) -> Any:
    """EfficientNetV2-B2, for pictures of 260x260: 10,178,374 parameters with its top; see ``EfficientNetV2B0``."""
    return _efficientnet_v2(
        "b2", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def EfficientNetV2B3(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-b3",
) -> Any:
    """EfficientNetV2-B3, for pictures of 300x300: 14,467,622 parameters with its top; see ``EfficientNetV2B0``."""
    return _efficientnet_v2(
        "b3", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def EfficientNetV2S(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-s",
) -> Any:
    """EfficientNetV2-S, for pictures of 384x384: 21,612,360 parameters with its top; see ``EfficientNetV2B0``."""
    return _efficientnet_v2(
        "s", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def EfficientNetV2M(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-m",
) -> Any:
    """EfficientNetV2-M, for pictures of 480x480: 54,431,388 parameters with its top; see ``EfficientNetV2B0``."""
    return _efficientnet_v2(
        "m", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def EfficientNetV2L(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "efficientnetv2-l",
) -> Any:
    """EfficientNetV2-L, for pictures of 480x480: 119,027,848 parameters with its top; see ``EfficientNetV2B0``."""
    return _efficientnet_v2(
        "l", include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
        include_preprocessing, name,
    )  # fmt: skip


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels as they are: the model scales them itself."""
    return x
