"""Residual networks, second form: normalisation and rectifier before each convolution, so that sums pass untouched.

He, Zhang, Ren and Sun, "Identity Mappings in Deep Residual Networks", 2016 (arXiv:1603.05027).
"""

from __future__ import annotations

from typing import Any

from wubu.applications.imagenet import decode_predictions
from wubu.applications.imagenet import preprocess_input as _preprocess
from wubu.applications.resnet import BLOCKS, EPSILON
from wubu.applications.scaffolding import (
    assembled,
    channel_axis,
    check_weights,
    load,
    picture_input,
    pooled_top,
)
from wubu.layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, ZeroPadding2D

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]

_DIGESTS = {
    50: ("3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917"),
    101: ("6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5"),
    152: ("a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33"),
}


def _activated(x: Any, name: str) -> Any:
    x = BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=f"{name}_bn")(x)
    return Activation("relu", name=f"{name}_relu")(x)


def _block(x: Any, filters: int, stride: int, widen: bool, name: str) -> Any:
    before = _activated(x, f"{name}_preact")
    if widen:
        shortcut = Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(before)
    else:
        shortcut = MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = _activated(Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before), f"{name}_1")
    x = ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = _activated(Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x), f"{name}_2")
    x = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return Add(name=f"{name}_out")([shortcut, x])


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
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(ZeroPadding2D(1, name="pool1_pad")(x))
    for stage, count in enumerate(BLOCKS[depth]):
        for i in range(count):
            # Each stage but the last halves the picture in its last block.
            stride = 2 if stage < 3 and i == count - 1 else 1
            x = _block(x, 64 * 2**stage, stride, i == 0, f"conv{stage + 2}_block{i + 1}")
    x = BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name="post_bn")(x)
    x = Activation("relu", name="post_relu")(x)
    x = pooled_top(x, include_top, pooling, classes, classifier_activation)
    stem = f"resnet{depth}v2_weights_tf_dim_ordering_tf_kernels"
    top, bare = _DIGESTS[depth]
    published = {True: (f"{stem}.h5", top), False: (f"{stem}_notop.h5", bare)}
    return load(assembled(inputs, x, name), weights, include_top, published, "resnet/")


def ResNet50V2(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "resnet50v2",
) -> Any:
    """The second form with 50 layers; the arguments are those of ``ResNet50``, pixels are expected in -1..1."""
    return _resnet(50, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet101V2(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "resnet101v2",
) -> Any:
    """The second form with 101 layers; see ``ResNet50V2``."""
    return _resnet(101, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet152V2(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "resnet152v2",
) -> Any:
    """The second form with 152 layers; see ``ResNet50V2``."""
    return _resnet(152, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return _preprocess(x, data_format, mode="tf")
