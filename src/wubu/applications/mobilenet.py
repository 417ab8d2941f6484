"""MobileNet: convolutions taken apart into depthwise and pointwise ones.

Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017
(arXiv:1704.04861).
"""

from __future__ import annotations

from typing import Any

from wubu.applications import imagenet
from wubu.applications.imagenet import decode_predictions
from wubu.applications.scaffolding import assembled, channel_axis, check_weights, load, picture_input, pool
from wubu.errors import ArgumentError
from wubu.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    Reshape,
    ZeroPadding2D,
)

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

# Table 1 of the paper: channels and stride of each pair of convolutions.
_BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
# The files' names write these widths so.
_PUBLISHED_ALPHAS = {0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1.0: "1_0"}
_PUBLISHED_SIZES = (128, 160, 192, 224)


def _finished(x: Any, name: str) -> Any:
    x = BatchNormalization(axis=channel_axis(), name=f"{name}_bn")(x)
    return ReLU(6.0, name=f"{name}_relu")(x)


def _block(x: Any, number: int, channels: int, multiplier: int, stride: int) -> Any:
    if stride == 2:
        x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    name = f"conv_dw_{number}"
    padding = "same" if stride == 1 else "valid"
    options: dict[str, Any] = {"strides": stride, "padding": padding, "depth_multiplier": multiplier}
    x = _finished(DepthwiseConv2D(3, use_bias=False, name=name, **options)(x), name)
    name = f"conv_pw_{number}"
    return _finished(Conv2D(channels, 1, padding="same", use_bias=False, name=name)(x), name)


def MobileNet(
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Any:
    """MobileNet: 4,253,864 parameters with its top and ``alpha=1``.

    Args:
        input_shape: (height, width, channels), at least 32x32. Default 224x224x3.
        alpha: multiplies the number of channels everywhere.
        depth_multiplier: how many channels a depthwise convolution makes of one.
        dropout: the rate before the classifier.
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name. Default: mobilenet with alpha and size.

    Pixels are expected in -1..1, as ``preprocess_input`` of this module gives them.
    """
    check_weights(weights, include_top, classes)
    if weights == "imagenet" and (alpha not in _PUBLISHED_ALPHAS or depth_multiplier != 1):
        raise ArgumentError(
            f"ImageNet's weights exist for depth_multiplier=1 and alpha {tuple(_PUBLISHED_ALPHAS)}. "
            f"Received: depth_multiplier={depth_multiplier}, alpha={alpha}"
        )
    inputs = picture_input(input_shape, input_tensor, 224, 32, include_top, weights, free_size=True)
    side = inputs.shape[2] if channel_axis() == 1 else inputs.shape[1]
    size = side if side in _PUBLISHED_SIZES else 224
    x: Any = Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(inputs)
    x = _finished(x, "conv1")
    for number, (channels, stride) in enumerate(_BLOCKS, 1):
        x = _block(x, number, int(channels * alpha), depth_multiplier, stride)
    if include_top:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Dropout(dropout, name="dropout")(x)
        x = Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = Reshape((classes,), name="reshape_2")(x)
        x = Activation(classifier_activation, name="predictions")(x)
    else:
        x = pool(x, pooling)
    stem = f"mobilenet_{_PUBLISHED_ALPHAS.get(alpha)}_{size}_tf"
    published = {True: (f"{stem}.h5", None), False: (f"{stem}_no_top.h5", None)}
    model = assembled(inputs, x, name or f"mobilenet_{alpha:0.2f}_{side}")
    return load(model, weights, include_top, published, "mobilenet/")


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return imagenet.preprocess_input(x, data_format, mode="tf")
