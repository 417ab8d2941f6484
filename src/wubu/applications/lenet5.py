"""LeNet-5: the first convolutional network that read cheques.

LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998.
"""

from __future__ import annotations

from typing import Any

from wubu.errors import ArgumentError
from wubu.layers import AveragePooling2D, Conv2D, Dense, Flatten, Input
from wubu.models import Model


def LeNet5(
    input_shape: Any = (32, 32, 1),
    classes: int = 10,
    activation: Any = "tanh",
    classifier_activation: Any = "softmax",
    weights: Any = None,
    name: str = "lenet5",
) -> Any:
    """LeNet-5 as it is taught: tanh, average pooling, 61,706 parameters on 32x32x1.

    Two 5x5 convolutions with 6 and 16 filters, each followed by 2x2 average pooling, a third with 120 filters that sees
    the whole remaining map, then 84 and ``classes`` units. Every map of the second convolution sees all 6 maps before
    it, where the paper connects only some of them and gives its poolings a weight and a bias.

    Args:
        input_shape: (height, width, channels); 28x28 pictures are padded to 32x32 by the first convolution.
        classes: the number of classes.
        activation: after convolutions and the first dense layer.
        classifier_activation: of the last layer.
        weights: None, or the path of a file.
        name: the model's name.
    """
    height, width = input_shape[0], input_shape[1]
    if min(height, width) < 28:
        raise ArgumentError(f"Expected pictures of at least 28x28. Received: input_shape={tuple(input_shape)}")
    inputs = Input(tuple(input_shape))
    padding = "same" if (height, width) == (28, 28) else "valid"
    x: Any = Conv2D(6, 5, padding=padding, activation=activation, name="c1")(inputs)  # 28x28x6
    x = AveragePooling2D(2, name="s2")(x)  # 14x14x6
    x = Conv2D(16, 5, activation=activation, name="c3")(x)  # 10x10x16
    x = AveragePooling2D(2, name="s4")(x)  # 5x5x16
    x = Conv2D(120, 5, activation=activation, name="c5")(x)  # 1x1x120
    x = Flatten(name="flatten")(x)
    x = Dense(84, activation=activation, name="f6")(x)
    outputs = Dense(classes, activation=classifier_activation, name="predictions")(x)
    model = Model(inputs, outputs, name=name)
    if weights is not None:
        model.load_weights(weights)
    return model
