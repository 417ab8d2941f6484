"""What is trained: a model and the shape of its data. Free of frameworks: the peers' interpreters read it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import keras_models


@dataclass(frozen=True)
class Workload:
    """A model and the data it is trained on.

    Attributes:
        name: as in the tables, and of the functions in ``keras_models`` and ``torch_models``.
        what: one line for readers.
        shape: of one sample.
        classes: number of labels.
        batch_size: rows in a step.
        steps: steps in a measured epoch.
        optimizer: Keras's name.
        vocabulary: samples are words below this number; 0 for samples of real numbers.
        heavy: a step takes seconds.
    """

    name: str
    what: str
    shape: tuple[int, ...]
    classes: int
    batch_size: int
    steps: int
    optimizer: str = "adam"
    vocabulary: int = 0
    heavy: bool = False

    def model(self, keras: Any, **compile: Any) -> Any:
        """The compiled model, in a framework with Keras's API; ``compile`` goes to ``compile()`` as well."""
        write: Callable[[Any], Any] = getattr(keras_models, self.name)
        made = write(keras)
        if isinstance(made, list):
            dtype = {"dtype": "int32"} if self.vocabulary else {}
            made = keras.Sequential([keras.layers.Input(self.shape, **dtype), *made])
        made.compile(optimizer=self.optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"], **compile)
        return made


WORKLOADS = {
    w.name: w
    for w in (
        Workload("mlp", "784-128-60-10, batch 32, adam", (28, 28), 10, 32, 1000),
        Workload("mlp2", "784-300-100-10, batch 32, sgd", (28, 28), 10, 32, 1000, "sgd"),
        Workload("deep", "20 × (Dense 100 relu, BatchNormalization), batch 32, sgd", (28, 28), 10, 32, 500, "sgd"),
        Workload("cnn", "conv 8, conv 16, dense 100, dropout, batch 128, adam", (28, 28, 1), 10, 128, 100),
        Workload("alex", "five convolutions, 4096-2048-1024, batch 128, adam", (28, 28, 1), 10, 128, 8),
        Workload("xray", "three strided convolutions on 512 × 512 × 3, batch 8, adam", (512, 512, 3), 2, 8, 12),
        Workload("lenet5", "LeNet-5 on 28 × 28, batch 128, adam", (28, 28, 1), 10, 128, 100),
        Workload("cifar", "conv 32 32, conv 64 64, dense 256, dropout, batch 64, adam", (32, 32, 3), 10, 64, 40),
        Workload("lstm", "Embedding 64, LSTM 64 over 80 words, batch 32, adam", (80,), 2, 32, 60, "adam", 5000),
        Workload(
            "transformer", "two encoder blocks of 128 over 64 words, batch 32, adam", (64,), 10, 32, 40, "adam", 5000
        ),
        Workload("vgg16", "VGG16 on 224 × 224 × 3, batch 8, adam", (224, 224, 3), 1000, 8, 2, heavy=True),
        Workload("resnet50", "ResNet50 on 224 × 224 × 3, batch 8, adam", (224, 224, 3), 1000, 8, 4, heavy=True),
    )
}
