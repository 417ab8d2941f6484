"""NASNet-A: two cells found by search, repeated.

Zoph, Vasudevan, Shlens and Le, "Learning Transferable Architectures for Scalable Image Recognition", 2017
(arXiv:1707.07012). Each cell sees the outputs of the two before it: ``x`` and, before that, ``p``.
"""

from __future__ import annotations

from typing import Any

from wubu.applications import imagenet
from wubu.applications.imagenet import decode_predictions
from wubu.applications.scaffolding import (
    assembled,
    channel_axis,
    check_weights,
    halving_pad,
    load,
    picture_input,
    pool,
)
from wubu.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    Dense,
    GlobalAveragePooling2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
)

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), momentum=0.9997, epsilon=1e-3, name=name)(x)


def _conv(x: Any, filters: int, name: str) -> Any:
    return Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)


def _added(a: Any, b: Any, name: str | None) -> Any:
    return Add(name=name)([a, b])


def _average(x: Any, name: str) -> Any:
    return AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def _joined(parts: list[Any], name: str | None) -> Any:
    return Concatenate(axis=channel_axis(), name=name)(parts)


def _separable(x: Any, filters: int, kernel: int, name: str, stride: int = 1) -> Any:
    """A rectifier, a separable convolution and a normalisation, twice; the first may halve the size."""
    x = Activation("relu")(x)
    if stride == 2:
        x = ZeroPadding2D(halving_pad(x, kernel), name=f"separable_conv_1_pad_{name}")(x)
    padding = "valid" if stride == 2 else "same"
    options: dict[str, Any] = {"use_bias": False, "name": f"separable_conv_1_{name}"}
    x = SeparableConv2D(filters, kernel, strides=stride, padding=padding, **options)(x)
    x = Activation("relu")(_normalized(x, f"separable_conv_1_bn_{name}"))
    x = SeparableConv2D(filters, kernel, padding="same", use_bias=False, name=f"separable_conv_2_{name}")(x)
    return _normalized(x, f"separable_conv_2_bn_{name}")


def _adjusted(p: Any, x: Any, filters: int, name: str) -> Any:
    """The output of the cell before the last, in the size and width of this one."""
    if p is None:
        return x
    row = 2 if channel_axis() == 1 else 1
    if p.shape[row] != x.shape[row]:
        p = Activation("relu", name=f"adjust_relu_1_{name}")(p)
        first = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_1_{name}")(p)
        first = _conv(first, filters // 2, f"adjust_conv_1_{name}")
        # The second half takes the pixels between those of the first.
        second = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(p))
        second = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_2_{name}")(second)
        second = _conv(second, filters // 2, f"adjust_conv_2_{name}")
        return _normalized(_joined([first, second], None), f"adjust_bn_{name}")
    if p.shape[channel_axis()] != filters:
        p = _conv(Activation("relu")(p), filters, f"adjust_conv_projection_{name}")
        return _normalized(p, f"adjust_bn_{name}")
    return p


def _squeezed(x: Any, filters: int, kind: str, name: str) -> Any:
    return _normalized(_conv(Activation("relu")(x), filters, f"{kind}_conv_1_{name}"), f"{kind}_bn_1_{name}")


def _normal_cell(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    before, p = x, _adjusted(p, x, filters, name)
    h = _squeezed(x, filters, "normal", name)

    def separable(x: Any, kernel: int, place: str) -> Any:
        return _separable(x, filters, kernel, f"normal_{place}_{name}")

    first = _added(separable(h, 5, "left1"), separable(p, 3, "right1"), f"normal_add_1_{name}")
    second = _added(separable(p, 5, "left2"), separable(p, 3, "right2"), f"normal_add_2_{name}")
    third = _added(_average(h, f"normal_left3_{name}"), p, f"normal_add_3_{name}")
    left, right = _average(p, f"normal_left4_{name}"), _average(p, f"normal_right4_{name}")
    fourth = _added(left, right, f"normal_add_4_{name}")
    fifth = _added(separable(h, 3, "left5"), h, f"normal_add_5_{name}")
    return _joined([p, first, second, third, fourth, fifth], f"normal_concat_{name}"), before


def _reduction_cell(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    before, p = x, _adjusted(p, x, filters, name)
    h = _squeezed(x, filters, "reduction", name)
    padded = ZeroPadding2D(halving_pad(h, 3), name=f"reduction_pad_1_{name}")(h)

    def separable(x: Any, kernel: int, place: str, stride: int = 2) -> Any:
        return _separable(x, filters, kernel, f"reduction_{place}_{name}", stride)

    first = _added(separable(h, 5, "left1"), separable(p, 7, "right1"), f"reduction_add_1_{name}")
    largest = MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(padded)
    second = _added(largest, separable(p, 7, "right2"), f"reduction_add_2_{name}")
    average = AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(padded)
    third = _added(average, separable(p, 5, "right3"), f"reduction_add3_{name}")
    fourth = _added(second, _average(first, f"reduction_left4_{name}"), None)
    left = separable(first, 3, "left4", stride=1)
    fifth = _added(left, MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(padded), f"reduction_add4_{name}")
    return _joined([second, third, fourth, fifth], f"reduction_concat_{name}"), before


def _nasnet(
    input_shape: Any,
    filters: int,
    blocks: int,
    stem: int,
    side: int,
    skips: bool,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    pooling: str | None,
    classes: int,
    classifier_activation: Any,
    name: str,
    published: Any,
) -> Any:
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, side, 32, include_top, weights)
    options: dict[str, Any] = {"use_bias": False, "kernel_initializer": "he_normal", "name": "stem_conv1"}
    x = _normalized(Conv2D(stem, 3, strides=2, padding="valid", **options)(inputs), "stem_bn1")
    x, p = _reduction_cell(x, None, filters // 4, "stem_1")
    x, p = _reduction_cell(x, p, filters // 2, "stem_2")
    for part in range(3):
        if part:
            x, before = _reduction_cell(x, p, filters * 2**part, f"reduce_{part * blocks}")
            p = p if skips else before
        for i in range(blocks):
            x, p = _normal_cell(x, p, filters * 2**part, f"{part * blocks + i + bool(part)}")
    x = Activation("relu")(x)
    if include_top:
        x = Dense(classes, activation=classifier_activation, name="predictions")(GlobalAveragePooling2D()(x))
    else:
        x = pool(x, pooling)
    return load(assembled(inputs, x, name), weights, include_top, published, "nasnet/")


def NASNetMobile(
    input_shape: Any = None,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "nasnet_mobile",
) -> Any:
    """NASNet-A (4 @ 1056): 5,326,716 parameters with its top.

    Args:
        input_shape: (height, width, channels), at least 32x32. Default 224x224x3.
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected in -1..1, as ``preprocess_input`` of this module gives them.
    """
    published = {
        True: ("NASNet-mobile.h5", "020fb642bf7360b370c678b08e0adf61"),
        False: ("NASNet-mobile-no-top.h5", "1ed92395b5b598bdda52abe5c0dbfd63"),
    }
    if not include_top and input_shape is None:  # the paddings depend on the size
        input_shape = (3, 224, 224) if channel_axis() == 1 else (224, 224, 3)
    return _nasnet(
        input_shape, 44, 4, 32, 224, False, include_top, weights, input_tensor, pooling, classes, classifier_activation,
        name, published,
    )  # fmt: skip


def NASNetLarge(
    input_shape: Any = None,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "nasnet_large",
) -> Any:
    """NASNet-A (6 @ 4032), for pictures of 331x331: 88,949,818 parameters with its top; see ``NASNetMobile``."""
    published = {
        True: ("NASNet-large.h5", "11577c9a518f0070763c2b964a382f17"),
        False: ("NASNet-large-no-top.h5", "d81d89dc07e6e56530c4e77faddd61b5"),
    }
    return _nasnet(
        input_shape, 168, 6, 96, 331, True, include_top, weights, input_tensor, pooling, classes, classifier_activation,
        name, published,
    )  # fmt: skip


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return imagenet.preprocess_input(x, data_format, mode="tf")
