"""The models that are measured, written once in Keras's API; each function is given the framework's own module.

Nothing here may import a framework: every peer's interpreter reads this file.
"""

from __future__ import annotations

from typing import Any


def mlp(keras: Any) -> list[Any]:
    """784-128-60-10."""
    dense = keras.layers.Dense
    return [keras.layers.Flatten(), dense(128, activation="relu"), dense(60, activation="relu"), _classes(keras, 10)]


def mlp2(keras: Any) -> list[Any]:
    """784-300-100-10."""
    dense = keras.layers.Dense
    return [keras.layers.Flatten(), dense(300, activation="relu"), dense(100, activation="relu"), _classes(keras, 10)]


def deep(keras: Any) -> list[Any]:
    """Twenty narrow layers, each normalised."""
    blocks = []
    for _ in range(20):
        blocks += [keras.layers.Dense(100, activation="relu"), keras.layers.BatchNormalization()]
    return [keras.layers.Flatten(), *blocks, _classes(keras, 10)]


def cnn(keras: Any) -> list[Any]:
    """Two convolutions with dropout before the classes."""
    layers = keras.layers
    return [
        layers.Conv2D(8, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(100, activation="relu"),
        layers.Dropout(0.25),
        _classes(keras, 10),
    ]


def alex(keras: Any) -> list[Any]:
    """AlexNet's plan on small pictures: five convolutions and three large dense layers."""
    layers = keras.layers
    made = []
    for filters in (16, 32):
        made += [layers.Conv2D(filters, 3, padding="same", activation="relu")]
        made += [layers.MaxPooling2D(2, 2, padding="same")]
    made += [layers.Conv2D(filters, 3, padding="same", activation="relu") for filters in (64, 128, 256)]
    made += [layers.MaxPooling2D(2, 2, padding="same"), layers.Flatten()]
    for units in (4096, 2048, 1024):
        made += [layers.Dense(units, activation="relu"), layers.Dropout(0.4)]
    return [*made, _classes(keras, 10)]


def xray(keras: Any) -> list[Any]:
    """Strided convolutions on large pictures."""
    layers = keras.layers
    return [
        layers.Conv2D(32, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(128, 3, strides=2, activation="relu"),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        _classes(keras, 2),
    ]


def lenet5(keras: Any) -> list[Any]:
    """LeNet-5 as it is taught: tanh and average pooling."""
    layers = keras.layers
    return [
        layers.Conv2D(6, 5, padding="same", activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="tanh"),
        layers.Dense(84, activation="tanh"),
        _classes(keras, 10),
    ]


def cifar(keras: Any) -> list[Any]:
    """The usual small network for CIFAR-10."""
    layers = keras.layers
    made = []
    for filters in (32, 64):
        made += [layers.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(2)]
        made += [layers.MaxPooling2D(), layers.Dropout(0.25)]
    return [*made, layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dropout(0.5), _classes(keras, 10)]


def lstm(keras: Any) -> list[Any]:
    """One recurrent layer over embedded words."""
    return [keras.layers.Embedding(5000, 64), keras.layers.LSTM(64), _classes(keras, 2)]


def vgg16(keras: Any) -> Any:
    """The framework's own VGG16, untrained."""
    return keras.applications.VGG16(weights=None, input_shape=(224, 224, 3))


def resnet50(keras: Any) -> Any:
    """The framework's own ResNet50, untrained."""
    return keras.applications.ResNet50(weights=None, input_shape=(224, 224, 3))


def transformer(keras: Any) -> Any:
    """Two encoder blocks (4 heads of 32, 256 units between) over embedded words with learned positions."""
    layers = keras.layers

    class Positions(layers.Layer):  # type: ignore[misc, name-defined]
        """Adds a learned vector for each place."""

        def build(self, shape: Any) -> None:
            self.table = self.add_weight(shape=tuple(shape[1:]), initializer="uniform", name="table")

        def call(self, inputs: Any) -> Any:
            return inputs + keras.ops.cast(self.table, inputs.dtype)

    inputs = layers.Input((64,), dtype="int32")
    x = Positions()(layers.Embedding(5000, 128)(inputs))
    for _ in range(2):
        attended = layers.MultiHeadAttention(num_heads=4, key_dim=32, dropout=0.1)(x, x)
        x = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([x, layers.Dropout(0.1)(attended)]))
        y = layers.Dropout(0.1)(layers.Dense(256, activation="relu")(x))
        y = layers.Dropout(0.1)(layers.Dense(128)(y))
        x = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([x, y]))
    return keras.Model(inputs, _classes(keras, 10)(layers.GlobalAveragePooling1D()(x)))


def _classes(keras: Any, number: int) -> Any:
    return keras.layers.Dense(number, activation="softmax")
