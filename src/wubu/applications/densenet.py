"""DenseNet: every layer sees the maps of all layers before it in its block.

Huang, Liu, van der Maaten and Weinberger, "Densely Connected Convolutional Networks", 2016 (arXiv:1608.06993).
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
from wubu.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    MaxPooling2D,
    ZeroPadding2D,
)

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

GROWTH = 32
_BLOCKS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}
_DIGESTS = {
    121: ("9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"),
    169: ("d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"),
    201: ("1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"),
}


def _activated(x: Any, bn: str, relu: str) -> Any:
    x = BatchNormalization(axis=channel_axis(), epsilon=1.001e-5, name=bn)(x)
    return Activation("relu", name=relu)(x)


def _dense_layer(x: Any, name: str) -> Any:
    y = _activated(x, f"{name}_0_bn", f"{name}_0_relu")
    y = Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(y)
    y = _activated(y, f"{name}_1_bn", f"{name}_1_relu")
    y = Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(y)
    return Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, y])


def _transition(x: Any, name: str) -> Any:
    """Half the channels, half the size."""
    x = _activated(x, f"{name}_bn", f"{name}_relu")
    x = Conv2D(x.shape[channel_axis()] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _densenet(
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
    x: Any = ZeroPadding2D(3)(inputs)
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = _activated(x, "conv1_bn", "conv1_relu")
    x = MaxPooling2D(3, strides=2, name="pool1")(ZeroPadding2D(1)(x))
    for stage, count in enumerate(_BLOCKS[depth], 2):
        for i in range(1, count + 1):
            x = _dense_layer(x, f"conv{stage}_block{i}")
        if stage < 5:
            x = _transition(x, f"pool{stage}")
    x = _activated(x, "bn", "relu")
    x = pooled_top(x, include_top, pooling, classes, classifier_activation)
    stem = f"densenet{depth}_weights_tf_dim_ordering_tf_kernels"
    top, bare = _DIGESTS[depth]
    published = {True: (f"{stem}.h5", top), False: (f"{stem}_notop.h5", bare)}
    return load(assembled(inputs, x, name), weights, include_top, published, "densenet/")


def DenseNet121(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "densenet121",
) -> Any:
    """A densely connected network of 121 layers: 8,062,504 parameters with its top.

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
    return _densenet(
        121, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def DenseNet169(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "densenet169",
) -> Any:
    """A densely connected network of 169 layers; see ``DenseNet121``."""
    return _densenet(
        169, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def DenseNet201(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "densenet201",
) -> Any:
    """A densely connected network of 201 layers; see ``DenseNet121``."""
    return _densenet(
        201, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
    )


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to 0..1, then standardised with ImageNet's means and deviations."""
    return _preprocess(x, data_format, mode="torch")
