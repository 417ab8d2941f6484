"""VGG16 and VGG19: stacks of 3x3 convolutions.

Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014 (arXiv:1409.1556).
"""

from __future__ import annotations

from typing import Any

from wubu.applications.scaffolding import assembled, check_weights, load, picture_input, pool
from wubu.layers import Conv2D, Dense, Flatten, MaxPooling2D

# Convolutions and filters of each block.
_BLOCKS = {16: ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 19: ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))}
_DIGESTS = {
    16: ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"),
    19: ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"),
}


def _vgg(
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
    x: Any = inputs
    for block, (count, filters) in enumerate(_BLOCKS[depth], 1):
        for i in range(1, count + 1):
            x = Conv2D(filters, 3, activation="relu", padding="same", name=f"block{block}_conv{i}")(x)
        x = MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    if include_top:
        x = Flatten(name="flatten")(x)
        x = Dense(4096, activation="relu", name="fc1")(x)
        x = Dense(4096, activation="relu", name="fc2")(x)
        x = Dense(classes, activation=classifier_activation, name="predictions")(x)
    else:
        x = pool(x, pooling)
    stem = f"vgg{depth}_weights_tf_dim_ordering_tf_kernels"
    top, bare = _DIGESTS[depth]
    published = {True: (f"{stem}.h5", top), False: (f"{stem}_notop.h5", bare)}
    return load(assembled(inputs, x, name), weights, include_top, published, f"vgg{depth}/")


def VGG16(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "vgg16",
) -> Any:
    """VGG with 16 layers that have weights: 138,357,544 parameters with its top.

    Args:
        include_top: whether the three dense layers are there.
        weights: ``"imagenet"`` (downloaded), None for random ones, or the path of a file.
        input_tensor: a symbolic tensor to begin with.
        input_shape: (height, width, channels), at least 32x32. Default 224x224x3.
        pooling: without a top, ``"avg"`` or ``"max"`` for global pooling.
        classes: the number of classes.
        classifier_activation: the activation of the last layer.
        name: the model's name.

    Pixels are expected as ``preprocess_input`` of this module gives them.
    """
    return _vgg(16, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def VGG19(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "vgg19",
) -> Any:
    """VGG with 19 layers that have weights; see ``VGG16``."""
    return _vgg(19, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
