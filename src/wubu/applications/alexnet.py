"""AlexNet: the network that began the deep decade.

Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012.
"""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers import Conv2D, Dense, Dropout, Flatten, Input, Layer, MaxPooling2D
from wubu.models import Model


class LocalResponseNormalization(Layer):
    """x divided by (k + α·Σ x²)^β, the sum running over ``size`` neighbouring channels (section 3.3 of the paper).

    Args:
        size: how many channels. Default 5.
        alpha: default 1e-4.
        beta: default 0.75.
        k: default 2.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: ``(batch, height, width, channels)``.
    """

    def __init__(self, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x = inputs.permute(0, 3, 1, 2)  # (batch, channels, height, width)
        # torch divides alpha by the number of channels in the sum, the paper does not.
        made = torch.nn.functional.local_response_norm(x, self.size, self.alpha * self.size, self.beta, self.k)
        return made.permute(0, 2, 3, 1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        own = {"size": self.size, "alpha": self.alpha, "beta": self.beta, "k": self.k}
        return {**super().get_config(), **own}


def AlexNet(
    input_shape: Any = (227, 227, 3),
    classes: int = 1000,
    groups: int = 2,
    classifier_activation: Any = "softmax",
    weights: Any = None,
    name: str = "alexnet",
) -> Any:
    """AlexNet on 227x227x3 pictures: 60,965,224 parameters with the paper's two groups, 62,378,344 as a single tower.

    The paper splits the second, fourth and fifth convolution over two processors, each of which sees half of the maps
    before it: that is ``groups=2``.

    Args:
        input_shape: (height, width, channels), at least 63x63.
        classes: the number of classes.
        groups: 2 as in the paper, or 1 for a single tower.
        classifier_activation: of the last layer.
        weights: None, or the path of a file.
        name: the model's name.
    """
    if groups not in (1, 2):
        raise ArgumentError(f"Expected groups to be 1 or 2. Received: groups={groups!r}")
    inputs = Input(tuple(input_shape))
    x: Any = Conv2D(96, 11, strides=4, activation="relu", name="conv1")(inputs)  # 55x55x96
    x = LocalResponseNormalization(name="norm1")(x)
    x = MaxPooling2D(3, strides=2, name="pool1")(x)  # 27x27
    x = Conv2D(256, 5, padding="same", groups=groups, activation="relu", name="conv2")(x)
    x = LocalResponseNormalization(name="norm2")(x)
    x = MaxPooling2D(3, strides=2, name="pool2")(x)  # 13x13
    x = Conv2D(384, 3, padding="same", activation="relu", name="conv3")(x)
    x = Conv2D(384, 3, padding="same", groups=groups, activation="relu", name="conv4")(x)
    x = Conv2D(256, 3, padding="same", groups=groups, activation="relu", name="conv5")(x)
    x = MaxPooling2D(3, strides=2, name="pool5")(x)  # 6x6x256
    x = Flatten(name="flatten")(x)
    x = Dropout(0.5, name="drop6")(Dense(4096, activation="relu", name="fc6")(x))
    x = Dropout(0.5, name="drop7")(Dense(4096, activation="relu", name="fc7")(x))
    outputs = Dense(classes, activation=classifier_activation, name="predictions")(x)
    model = Model(inputs, outputs, name=name)
    if weights is not None:
        model.load_weights(weights)
    return model
