"""The models that are measured, written once in Keras's API and run by every framework that has it.

Keep this file free of imports from wubu: the peers' interpreters read it too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Workload:
    """A model and the data it is trained on.

    Attributes:
        name: as in the tables.
        what: one line for readers.
        shape: of one sample.
        classes: number of labels.
        batch_size: rows in a step.
        steps: steps in a measured epoch.
        optimizer: Keras's name.
        layers: makes the layers, given the framework's ``layers`` module.
    """

    name: str
    what: str
    shape: tuple[int, ...]
    classes: int
    batch_size: int
    steps: int
    optimizer: str
    layers: Callable[[Any], list[Any]]

    def model(self, keras: Any) -> Any:
        """The compiled model, in a framework with Keras's API."""
        model = keras.Sequential([keras.layers.Input(self.shape), *self.layers(keras.layers)])
        model.compile(optimizer=self.optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model


def _mlp(layers: Any) -> list[Any]:
    return [
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(60, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _mlp2(layers: Any) -> list[Any]:
    return [
        layers.Flatten(),
        layers.Dense(300, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _deep(layers: Any) -> list[Any]:
    blocks = []
    for _ in range(20):
        blocks += [layers.Dense(100, activation="relu"), layers.BatchNormalization()]
    return [layers.Flatten(), *blocks, layers.Dense(10, activation="softmax")]


def _cnn(layers: Any) -> list[Any]:
    return [
        layers.Conv2D(8, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(100, activation="relu"),
        layers.Dropout(0.25),
        layers.Dense(10, activation="softmax"),
    ]


def _alex(layers: Any) -> list[Any]:
    return [
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, 2, padding="same"),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, 2, padding="same"),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.Conv2D(128, 3, padding="same", activation="relu"),
        layers.Conv2D(256, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, 2, padding="same"),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.4),
        layers.Dense(2048, activation="relu"),
        layers.Dropout(0.4),
        layers.Dense(1024, activation="relu"),
        layers.Dropout(0.4),
        layers.Dense(10, activation="softmax"),
    ]


def _xray(layers: Any) -> list[Any]:
    return [
        layers.Conv2D(32, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(128, 3, strides=2, activation="relu"),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]


WORKLOADS = {
    w.name: w
    for w in (
        Workload("mlp", "784-128-60-10, batch 32, adam", (28, 28), 10, 32, 1000, "adam", _mlp),
        Workload("mlp2", "784-300-100-10, batch 32, sgd", (28, 28), 10, 32, 1000, "sgd", _mlp2),
        Workload("deep", "20 × (Dense 100 relu, BatchNormalization), batch 32, sgd", (28, 28), 10, 32, 500, "sgd", _deep),
        Workload("cnn", "conv 8, conv 16, dense 100, dropout, batch 128, adam", (28, 28, 1), 10, 128, 100, "adam", _cnn),
        Workload("alex", "five convolutions, 4096-2048-1024, batch 128, adam", (28, 28, 1), 10, 128, 12, "adam", _alex),
        Workload("xray", "three strided convolutions on 512 × 512 × 3, batch 8, adam", (512, 512, 3), 2, 8, 12, "adam", _xray),
    )
}
