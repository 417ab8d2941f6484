"""Residual networks, first form: a convolution, a normalisation, a rectifier; the sum before the last rectifier.

He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015 (arXiv:1512.03385).
"""

from __future__ import annotations

from typing import Any

from wubu.applications.imagenet import decode_predictions, preprocess_input
from wubu.applications.scaffolding import (
    assembled,
    channel_axis,
    check_weights,
    load,
    picture_input,
    pooled_top,
)
from wubu.layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, ZeroPadding2D

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

EPSILON = 1.001e-5
BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
_DIGESTS = {
    50: ("2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"),
    101: ("f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21"),
    152: ("100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c"),
}


def _normalized(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=name)(x)


def _block(x: Any, filters: int, stride: int, widen: bool, name: str) -> Any:
    """1x1 to ``filters``, 3x3, 1x1 to four times as many, added to the input (convolved where sizes change)."""
    shortcut = x
    if widen:
        shortcut = _normalized(Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(x), f"{name}_0_bn")
    x = _normalized(Conv2D(filters, 1, strides=stride, name=f"{name}_1_conv")(x), f"{name}_1_bn")
    x = Activation("relu", name=f"{name}_1_relu")(x)
    x = _normalized(Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x), f"{name}_2_bn")
    x = Activation("relu", name=f"{name}_2_relu")(x)
    x = _normalized(Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x), f"{name}_3_bn")
    return Activation("relu", name=f"{name}_out")(Add(name=f"{name}_add")([shortcut, x]))


def _resnet(
    depth: int,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    pooling: str | None,
    classes: int,
    classifier_activation: Any,
    name: str,
) -> Any:
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 224, 32, include_top, weights)
    x: Any = ZeroPadding2D(3, name="conv1_pad")(inputs)
    x = _normalized(Conv2D(64, 7, strides=2, name="conv1_conv")(x), "conv1_bn")
    x = ZeroPadding2D(1, name="pool1_pad")(Activation("relu", name="conv1_relu")(x))
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, count in enumerate(BLOCKS[depth]):
        for i in range(count):
            stride = 2 if stage > 0 and i == 0 else 1
            x = _block(x, 64 * 2**stage, stride, i == 0, f"conv{stage + 2}_block{i + 1}")
    x = pooled_top(x, include_top, pooling, classes, classifier_activation)
    stem = f"resnet{depth}_weights_tf_dim_ordering_tf_kernels"
    top, bare = _DIGESTS[depth]
    published = {True: (f"{stem}.h5", top), False: (f"{stem}_notop.h5", bare)}
    return load(assembled(inputs, x, name), weights, include_top, published, "resnet/")


def ResNet50(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "resnet50",
) -> Any:
    """A residual network of 50 layers: 25,636,712 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels), at least 32x32. Default 224x224x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected as ``preprocess_input`` of this module gives them.
    """
    return _resnet(50, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet101(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "resnet101",
) -> Any:
    """A residual network of 101 layers: 44,707,176 parameters with its top; see ``ResNet50``."""
    return _resnet(101, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet152(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "resnet152",
) -> Any:
    """A residual network of 152 layers: 60,419,944 parameters with its top; see ``ResNet50``."""
    return _resnet(152, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
