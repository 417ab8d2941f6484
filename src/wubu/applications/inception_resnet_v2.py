"""Inception-ResNet-v2: inception modules whose outputs are added, scaled down, to what went in.

Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning", 2016
(arXiv:1602.07261).
"""

from __future__ import annotations

from typing import Any

from wubu.applications import imagenet
from wubu.applications.imagenet import decode_predictions
from wubu.applications.scaffolding import assembled, channel_axis, check_weights, load, picture_input, pool
from wubu.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Layer,
    MaxPooling2D,
)

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

# The branches of the residual modules: channels and kernel of one convolution after the other.
_BRANCHES: dict[str, tuple[tuple[tuple[int, Any], ...], ...]] = {
    "block35": (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    "block17": (((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))),
    "block8": (((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))),
}
_DIGESTS = ("e693bd0210a403b3192acc6073ad2e96", "d19885ff4a710c122648d3b5c3b684e4")


class CustomScaleLayer(Layer):
    """The first input plus the second one times a number, which keeps the sum of many residuals stable.

    Args:
        scale: the number.
    """

    _keras_module = "keras.src.applications.inception_resnet_v2"

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        """Compute the output."""
        return inputs[0] + inputs[1] * self.scale

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The first input's shape."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "scale": self.scale}


def _conv(x: Any, filters: int, kernel: Any, stride: int = 1, padding: str = "same", name: str | None = None) -> Any:
    """A convolution, a normalisation without scales, a rectifier."""
    x = Conv2D(filters, kernel, strides=stride, padding=padding, use_bias=False, name=name)(x)
    x = BatchNormalization(axis=channel_axis(), scale=False, name=name and f"{name}_bn")(x)
    return Activation("relu", name=name and f"{name}_ac")(x)


def _joined(branches: list[Any], name: str) -> Any:
    return Concatenate(axis=channel_axis(), name=name)(branches)


def _residual(x: Any, kind: str, number: int, scale: float, activation: str | None = "relu") -> Any:
    name, branches = f"{kind}_{number}", []
    for convolutions in _BRANCHES[kind]:
        branch = x
        for filters, kernel in convolutions:
            branch = _conv(branch, filters, kernel)
        branches.append(branch)
    mixed = _joined(branches, f"{name}_mixed")
    up = Conv2D(x.shape[channel_axis()], 1, padding="same", name=f"{name}_conv")(mixed)
    x = CustomScaleLayer(scale)([x, up])
    return Activation(activation, name=f"{name}_ac")(x) if activation else x


def _stem(x: Any) -> Any:
    x = _conv(x, 32, 3, 2, "valid")
    x = _conv(_conv(x, 32, 3, padding="valid"), 64, 3)
    x = MaxPooling2D(3, strides=2)(x)
    x = _conv(_conv(x, 80, 1, padding="valid"), 192, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(x)
    first = _conv(x, 96, 1)
    second = _conv(_conv(x, 48, 1), 64, 5)
    third = _conv(_conv(_conv(x, 64, 1), 96, 3), 96, 3)
    pooled = _conv(AveragePooling2D(3, strides=1, padding="same")(x), 64, 1)
    return _joined([first, second, third, pooled], "mixed_5b")


def _first_reduction(x: Any) -> Any:
    first = _conv(x, 384, 3, 2, "valid")
    second = _conv(_conv(_conv(x, 256, 1), 256, 3), 384, 3, 2, "valid")
    return _joined([first, second, MaxPooling2D(3, strides=2)(x)], "mixed_6a")


def _second_reduction(x: Any) -> Any:
    first = _conv(_conv(x, 256, 1), 384, 3, 2, "valid")
    second = _conv(_conv(x, 256, 1), 288, 3, 2, "valid")
    third = _conv(_conv(_conv(x, 256, 1), 288, 3), 320, 3, 2, "valid")
    return _joined([first, second, third, MaxPooling2D(3, strides=2)(x)], "mixed_7a")


def InceptionResNetV2(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "inception_resnet_v2",
) -> Any:
    """Inception-ResNet-v2: 55,873,736 parameters with its top.

    Args:
        include_top: whether the classifier is there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels), at least 75x75. Default 299x299x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected in -1..1, as ``preprocess_input`` of this module gives them.
    """
    check_weights(weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 299, 75, include_top, weights)
    x = _stem(inputs)
    for number in range(1, 11):
        x = _residual(x, "block35", number, 0.17)
    x = _first_reduction(x)
    for number in range(1, 21):
        x = _residual(x, "block17", number, 0.1)
    x = _second_reduction(x)
    for number in range(1, 10):
        x = _residual(x, "block8", number, 0.2)
    x = _residual(x, "block8", 10, 1.0, activation=None)
    x = _conv(x, 1536, 1, name="conv_7b")
    if include_top:
        x = GlobalAveragePooling2D(name="avg_pool")(x)
        x = Dense(classes, activation=classifier_activation, name="predictions")(x)
    else:
        x = pool(x, pooling)
    stem = "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels"
    published = {True: (f"{stem}.h5", _DIGESTS[0]), False: (f"{stem}_notop.h5", _DIGESTS[1])}
    return load(assembled(inputs, x, name), weights, include_top, published, "inception_resnet_v2/")


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels from 0..255 to -1..1."""
    return imagenet.preprocess_input(x, data_format, mode="tf")
