"""GoogLeNet, the first Inception.

Szegedy et al., "Going Deeper with Convolutions", 2014 (arXiv:1409.4842), table 1.
"""

from __future__ import annotations

from typing import Any

from wubu.applications.alexnet import LocalResponseNormalization
from wubu.applications.scaffolding import assembled, check_weights, picture_input, pool
from wubu.layers import (
    AveragePooling2D,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
)

# Filters of each inception module: 1x1; 3x3 reduce, 3x3; 5x5 reduce, 5x5; after the pooling.
_MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def _conv(x: Any, filters: int, size: int, name: str, strides: int = 1) -> Any:
    return Conv2D(filters, size, strides=strides, padding="same", activation="relu", name=name)(x)


def _inception(x: Any, name: str) -> Any:
    one, reduce3, three, reduce5, five, project = _MODULES[name]
    name = f"inception_{name}"
    branches = [
        _conv(x, one, 1, f"{name}_1x1"),
        _conv(_conv(x, reduce3, 1, f"{name}_3x3_reduce"), three, 3, f"{name}_3x3"),
        _conv(_conv(x, reduce5, 1, f"{name}_5x5_reduce"), five, 5, f"{name}_5x5"),
        _conv(MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x), project, 1, f"{name}_pool_proj"),
    ]
    return Concatenate(name=name)(branches)


def _side_classifier(x: Any, classes: int, activation: Any, name: str) -> Any:
    x = AveragePooling2D(5, strides=3, name=f"{name}_pool")(x)
    x = Flatten(name=f"{name}_flatten")(_conv(x, 128, 1, f"{name}_conv"))
    x = Dropout(0.7, name=f"{name}_dropout")(Dense(1024, activation="relu", name=f"{name}_fc")(x))
    return Dense(classes, activation=activation, name=name)(x)


def GoogLeNet(
    include_top: bool = True,
    weights: Any = None,
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    auxiliary: bool = False,
    name: str = "googlenet",
) -> Any:
    """GoogLeNet (Inception v1): 6,998,552 parameters without its side classifiers.

    Args:
        include_top: whether the classifier is there.
        weights: None for random ones, or the path of a file (none are published by Keras).
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels). Default 224x224x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        auxiliary: whether the two classifiers on the side (behind 4a and 4d) are outputs as well; the paper weights
            their losses with 0.3: ``loss_weights=[1, .3, .3]``.
        name: the model's name.
    """
    check_weights(None if weights == "imagenet" else weights, include_top, classes)
    inputs = picture_input(input_shape, input_tensor, 224, 75, include_top, weights)
    x = _conv(inputs, 64, 7, "conv1", strides=2)  # 112x112
    x = MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)  # 56x56
    x = LocalResponseNormalization(name="norm1")(x)
    x = _conv(_conv(x, 64, 1, "conv2_reduce"), 192, 3, "conv2")
    x = LocalResponseNormalization(name="norm2")(x)
    x = MaxPooling2D(3, strides=2, padding="same", name="pool2")(x)  # 28x28
    x = _inception(_inception(x, "3a"), "3b")
    x = MaxPooling2D(3, strides=2, padding="same", name="pool3")(x)  # 14x14
    behind_4a = x = _inception(x, "4a")
    behind_4d = x = _inception(_inception(_inception(x, "4b"), "4c"), "4d")
    x = MaxPooling2D(3, strides=2, padding="same", name="pool4")(_inception(x, "4e"))  # 7x7
    x = _inception(_inception(x, "5a"), "5b")
    outputs: Any
    if include_top:
        x = Dropout(0.4, name="dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        outputs = Dense(classes, activation=classifier_activation, name="predictions")(x)
        if auxiliary:
            sides = [
                _side_classifier(behind_4a, classes, classifier_activation, "side1"),
                _side_classifier(behind_4d, classes, classifier_activation, "side2"),
            ]
            outputs = [outputs, *sides]
    else:
        outputs = pool(x, pooling)
    model = assembled(inputs, outputs, name)
    if weights is not None:
        model.load_weights(weights)
    return model


InceptionV1 = GoogLeNet
