"""Trainings that are sick on purpose, each of one sickness, and healthy ones of many kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import wubu
from wubu.datasets import digits

L = wubu.layers
SPARSE, BINARY = "sparse_categorical_crossentropy", "binary_crossentropy"


@dataclass
class Training:
    """A model with its data and its history."""

    model: Any
    x: Any
    y: Any
    validation: Any
    arguments: dict[str, Any]
    history: Any = None

    def fit(self, verbose: int = 0) -> Training:
        """Train."""
        arguments = {"validation_data": self.validation, **self.arguments}
        self.history = self.model.fit(self.x, self.y, verbose=verbose, **arguments)
        return self

    def diagnose(self) -> list[Any]:
        """What is found."""
        return wubu.report.diagnose(
            self.model,
            self.history,
            self.x,
            self.y,
            validation_data=self.validation,
            batch_size=self.arguments.get("batch_size", 32),
            weighted="class_weight" in self.arguments,
        )


SICK: dict[str, tuple[str, Callable[[], Training]]] = {}
HEALTHY: dict[str, Callable[[], Training]] = {}


def sick(name: str) -> Callable[[Callable[[], Training]], Callable[[], Training]]:
    """Mark a training as having a sickness."""

    def mark(make: Callable[[], Training]) -> Callable[[], Training]:
        SICK[make.__name__.replace("_", " ")] = (name, make)
        return make

    return mark


def healthy(make: Callable[[], Training]) -> Callable[[], Training]:
    """Mark a training as having none."""
    HEALTHY[make.__name__.replace("_", " ")] = make
    return make


def flat_digits(scale: float = 16.0) -> tuple[Any, Any]:
    (x, y), (x_test, y_test) = digits.load_data()
    flat = [(part.reshape(len(part), -1) / scale).astype("float32") for part in (x, x_test)]
    return (flat[0], y.astype("int64")), (flat[1], y_test.astype("int64"))


def training(
    layers: list[Any],
    data: tuple[Any, Any],
    validation: Any = None,
    optimizer: Any = "adam",
    loss: Any = SPARSE,
    **arguments: Any,
) -> Training:
    model = wubu.Sequential([wubu.Input(data[0].shape[1:]), *layers])
    model.compile(optimizer, loss, metrics=["accuracy"] if "crossentropy" in str(loss) else None)
    arguments.setdefault("epochs", 8)
    return Training(model, *data, validation, arguments)


def mlp(units: int = 64, activation: str = "relu", **of_hidden: Any) -> list[Any]:
    return [L.Dense(units, activation=activation, **of_hidden), L.Dense(10, activation="softmax")]


def normal(rows: int, columns: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype("float32")


# --- sick -----------------------------------------------------------------------------------------------------------


@sick("overfitting")
def few_rows_many_weights() -> Training:
    (x, y), test = flat_digits()
    noisy = np.where(np.arange(150) % 5 == 0, (y[:150] + 3) % 10, y[:150])
    return training(mlp(512), (x[:150], noisy), test, epochs=200)


@sick("overfitting")
def random_labels() -> Training:
    x, y = normal(400, 20), np.random.default_rng(1).integers(0, 4, 400)
    layers = [L.Dense(256, activation="relu"), L.Dense(4, activation="softmax")]
    return training(layers, (x[:300], y[:300]), (x[300:], y[300:]), epochs=60)


@sick("underfitting")
def line_for_a_circle() -> Training:
    x = np.random.default_rng(0).uniform(-1, 1, (600, 2)).astype("float32")
    y = (np.abs(x).max(1) < 0.7).astype("float32")
    layers = [L.Dense(1, activation="sigmoid")]
    return training(layers, (x, y), optimizer=wubu.optimizers.Adam(0.02), loss=BINARY, epochs=12)


@sick("underfitting")
def nothing_to_learn() -> Training:
    x, y = normal(3000, 3), np.random.default_rng(1).normal(size=(3000, 1)).astype("float32")
    return training([L.Dense(4, activation="tanh"), L.Dense(1)], (x, y), loss="mse", epochs=10)


@sick("learning rate too low")
def tiny_steps() -> Training:
    train, test = flat_digits()
    return training(mlp(), train, test, optimizer=wubu.optimizers.SGD(1e-5))


@sick("learning rate too low")
def tiny_steps_of_adam() -> Training:
    train, test = flat_digits()
    return training(mlp(), train, test, optimizer=wubu.optimizers.Adam(3e-7))


@sick("learning rate too high")
def huge_steps_of_adam() -> Training:
    train, test = flat_digits()
    return training(mlp(activation="tanh"), train, test, optimizer=wubu.optimizers.Adam(3.0))


@sick("learning rate too high")
def jumping_loss() -> Training:
    x = normal(400, 8)
    y = x @ normal(8, 1, 1)
    layers = [L.Dense(16, activation="tanh"), L.Dense(1)]
    return training(layers, (x, y), optimizer=wubu.optimizers.SGD(0.3, momentum=0.9), loss="mse", epochs=12)


@sick("diverged")
def runaway() -> Training:
    x = normal(400, 8) * 3
    y = x @ normal(8, 1, 1)
    layers = [L.Dense(64, activation="relu"), L.Dense(1)]
    return training(layers, (x, y), optimizer=wubu.optimizers.SGD(1.0), loss="mse")


@sick("vanishing gradients")
def deep_sigmoids() -> Training:
    train, test = flat_digits()
    layers = [L.Dense(32, activation="sigmoid") for _ in range(10)]
    return training([*layers, L.Dense(10, activation="softmax")], train, test, optimizer="sgd", epochs=4)


@sick("exploding gradients")
def deep_with_large_weights() -> Training:
    train, test = flat_digits()
    layers = [
        L.Dense(64, activation="relu", kernel_initializer=wubu.initializers.RandomNormal(stddev=1.0, seed=i))
        for i in range(8)
    ]
    layers.append(L.Dense(10, activation="softmax"))
    return training(layers, train, test, optimizer=wubu.optimizers.SGD(1e-9), epochs=4)


@sick("dead ReLUs")
def negative_biases() -> Training:
    train, test = flat_digits()
    return training(mlp(bias_initializer=wubu.initializers.Constant(-30.0)), train, test, epochs=4)


@sick("dead ReLUs")
def killed_by_a_large_rate() -> Training:
    train, test = flat_digits()
    return training(mlp(), train, test, optimizer=wubu.optimizers.Adam(1.0), epochs=5)


@sick("saturated activations")
def tanh_of_large_sums() -> Training:
    train, test = flat_digits()
    initial = wubu.initializers.RandomNormal(stddev=20.0, seed=1)
    return training(mlp(activation="tanh", kernel_initializer=initial), train, test, epochs=4)


@sick("saturated activations")
def sigmoid_of_large_inputs() -> Training:
    (x, y), _ = flat_digits()
    return training(mlp(activation="sigmoid"), (x * 1000, y), epochs=4)


@sick("inputs not scaled")
def pictures_from_0_to_255() -> Training:
    (x, y), (x_test, y_test) = flat_digits(16 / 255)
    return training(mlp(), (x, y), (x_test, y_test), epochs=4)


@sick("inputs not scaled")
def columns_of_unlike_size() -> Training:
    x = normal(500, 6)
    y = (x[:, 0] > 0).astype("float32")
    x = x * np.array([1, 1, 1, 5000, 1, 1], "float32")
    return training([L.Dense(16, activation="relu"), L.Dense(1, activation="sigmoid")], (x, y), loss=BINARY)


@sick("labels not scaled")
def prices() -> Training:
    x = normal(600, 8)
    y = 250_000 + 80_000 * (x @ normal(8, 1, 1))
    return training([L.Dense(32, activation="relu"), L.Dense(1)], (x, y), loss="mse", epochs=10)


@sick("labels do not fit the loss")
def logits_taken_for_probabilities() -> Training:
    train, test = flat_digits()
    return training([L.Dense(64, activation="relu"), L.Dense(10)], train, test, epochs=4)


@sick("labels do not fit the loss")
def softmax_over_one_unit() -> Training:
    x = normal(400, 6)
    y = (x[:, 0] > 0).astype("float32")
    return training([L.Dense(16, activation="relu"), L.Dense(1, activation="softmax")], (x, y), loss=BINARY, epochs=4)


@sick("labels do not fit the loss")
def sigmoid_for_large_numbers() -> Training:
    x = normal(400, 6)
    y = 3 + x[:, :1]
    return training([L.Dense(16, activation="relu"), L.Dense(1, activation="sigmoid")], (x, y), loss="mse", epochs=4)


@sick("majority class only")
def one_in_twenty() -> Training:
    x = normal(2000, 10)
    y = (np.arange(2000) % 20 == 0).astype("float32")
    layers = [L.Dense(8, activation="relu"), L.Dense(1, activation="sigmoid")]
    return training(layers, (x, y), loss=BINARY, epochs=6)


@sick("class imbalance")
def a_rare_third_class() -> Training:
    x = normal(3000, 10)
    y = (x[:, 0] > 0).astype("int64")
    y[(np.arange(3000) % 40 == 0)] = 2
    layers = [L.Dense(16, activation="relu"), L.Dense(3, activation="softmax")]
    return training(layers, (x, y), epochs=6)


@sick("constant outputs")
def weights_of_zero() -> Training:
    x = normal(400, 6)
    y = x[:, :1] * 2
    zeros = {"kernel_initializer": "zeros"}
    layers = [L.Dense(16, activation="tanh", **zeros), L.Dense(1, **zeros)]
    return training(layers, (x, y), loss="mse", epochs=4)


@sick("duplicate units")
def units_that_start_alike() -> Training:
    train, test = flat_digits()
    initial = wubu.initializers.Constant(0.02)
    layers = [
        L.Dense(32, activation="relu", kernel_initializer=initial),
        L.Dense(10, activation="softmax", kernel_initializer=initial),
    ]
    return training(layers, train, test, epochs=6)


@sick("train and test overlap")
def validation_rows_among_training_rows() -> Training:
    (x, y), _ = flat_digits()
    return training(mlp(), (x, y), (x[::4], y[::4]), epochs=6)


@sick("wasted epochs")
def no_better_for_long() -> Training:
    (x, y), test = flat_digits()
    return training(mlp(128), (x[:400], y[:400]), test, epochs=150)


@sick("wasted epochs")
def trained_long_after_the_end() -> Training:
    x = normal(400, 8)
    y = x @ normal(8, 1, 1) + 0.3 * normal(400, 1, 2)
    optimizer = wubu.optimizers.SGD(0.01)
    return training([L.Dense(1)], (x[:300], y[:300]), (x[300:], y[300:]), optimizer, "mse", epochs=120)


@sick("batch size too large")
def all_rows_in_one_step() -> Training:
    train, test = flat_digits()
    return training(mlp(), train, test, batch_size=2048, epochs=10)


@sick("batch size too small")
def one_row_a_step() -> Training:
    x = normal(2400, 6)
    y = (x[:, 0] > 0).astype("float32")
    layers = [L.Dense(4, activation="relu"), L.Dense(1, activation="sigmoid")]
    return training(layers, (x, y), loss=BINARY, batch_size=1, epochs=2)


# --- healthy --------------------------------------------------------------------------------------------------------


@healthy
def digits_by_an_mlp() -> Training:
    return training(mlp(), *flat_digits(), epochs=10)


@healthy
def digits_by_sgd() -> Training:
    return training(mlp(), *flat_digits(), optimizer=wubu.optimizers.SGD(0.1, momentum=0.9), epochs=8)


@healthy
def digits_by_a_cnn() -> Training:
    (x, y), (x_test, y_test) = flat_digits()
    layers = [
        L.Conv2D(16, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(32, 2, activation="relu"),
        L.Flatten(),
        L.Dropout(0.3),
        L.Dense(10, activation="softmax"),
    ]
    return training(layers, (x.reshape(-1, 8, 8, 1), y), (x_test.reshape(-1, 8, 8, 1), y_test), epochs=8)


@healthy
def digits_with_batch_normalization() -> Training:
    layers = [L.Dense(64), L.BatchNormalization(), L.ReLU(), L.Dense(10)]
    loss = wubu.losses.SparseCategoricalCrossentropy(from_logits=True)
    return training(layers, *flat_digits(), loss=loss, epochs=6)


@healthy
def digits_by_tanh_for_long() -> Training:
    return training(mlp(activation="tanh"), *flat_digits(), epochs=20)


@healthy
def digits_by_sigmoids() -> Training:
    return training(mlp(activation="sigmoid"), *flat_digits(), optimizer="rmsprop", epochs=12)


@healthy
def digits_by_a_deep_net() -> Training:
    layers = [L.Dense(64, activation="relu", kernel_initializer="he_normal") for _ in range(5)]
    return training([*layers, L.Dense(10, activation="softmax")], *flat_digits(), epochs=8)


@healthy
def digits_for_one_epoch() -> Training:
    return training(mlp(), *flat_digits(), epochs=1)


@healthy
def one_hot_digits() -> Training:
    (x, y), (x_test, y_test) = flat_digits()
    eye = np.eye(10, dtype="float32")
    return training(mlp(), (x, eye[y]), (x_test, eye[y_test]), loss="categorical_crossentropy", epochs=6)


@healthy
def unscaled_pictures_with_rescaling() -> Training:
    train, test = flat_digits(16 / 255)
    return training([L.Rescaling(1 / 255), *mlp()], train, test, epochs=6)


@healthy
def a_linear_regression() -> Training:
    x = normal(600, 8)
    y = x @ normal(8, 1, 1) + 0.1 * normal(600, 1, 2)
    optimizer = wubu.optimizers.SGD(0.01)
    return training([L.Dense(1)], (x[:500], y[:500]), (x[500:], y[500:]), optimizer, "mse", epochs=10)


@healthy
def a_curve() -> Training:
    x = np.linspace(-3, 3, 800).astype("float32")[:, None]
    layers = [L.Dense(32, activation="tanh"), L.Dense(32, activation="tanh"), L.Dense(1)]
    return training(layers, (x, np.sin(x)), optimizer=wubu.optimizers.Adam(0.003), loss="mse", epochs=15)


@healthy
def two_noisy_classes() -> Training:
    x = normal(1500, 12)
    y = (x[:, 0] + 0.7 * x[:, 1] + 0.8 * normal(1500, 1, 3)[:, 0] > 0).astype("float32")
    layers = [L.Dense(8, activation="relu"), L.Dense(1, activation="sigmoid")]
    return training(layers, (x[:1200], y[:1200]), (x[1200:], y[1200:]), loss=BINARY, epochs=8)


@healthy
def two_very_noisy_classes() -> Training:
    x = normal(3000, 6)
    y = (x[:, 0] + 2 * normal(3000, 1, 3)[:, 0] > 0).astype("float32")
    layers = [L.Dense(8, activation="relu"), L.Dense(1, activation="sigmoid")]
    return training(layers, (x[:2500], y[:2500]), (x[2500:], y[2500:]), loss=BINARY, epochs=10)


@healthy
def one_in_ten_that_is_found() -> Training:
    x = normal(2000, 10)
    y = (x[:, 0] > 1.28).astype("float32")
    layers = [L.Dense(16, activation="relu"), L.Dense(1, activation="sigmoid")]
    return training(layers, (x, y), loss=BINARY, optimizer=wubu.optimizers.Adam(0.01), epochs=10)


@healthy
def words_by_an_embedding() -> Training:
    random = np.random.default_rng(0)
    x = random.integers(1, 200, (1200, 12))
    y = ((x < 40).sum(1) > 2).astype("float32")
    layers = [L.Embedding(200, 8), L.GlobalAveragePooling1D(), L.Dense(1, activation="sigmoid")]
    return training(layers, (x, y), loss=BINARY, optimizer=wubu.optimizers.Adam(0.01), epochs=10)


@healthy
def a_wave_by_an_lstm() -> Training:
    t = np.arange(900)
    wave = (np.sin(t / 7) + 0.1 * np.random.default_rng(0).normal(size=900)).astype("float32")
    x = np.stack([wave[i : i + 12] for i in range(880)])[..., None]
    return training([L.LSTM(16), L.Dense(1)], (x, wave[12:892, None]), loss="mse", epochs=6)


@healthy
def several_labels_a_row() -> Training:
    x = normal(1000, 10)
    y = (x[:, :4] + 0.2 * normal(1000, 4, 1) > 0).astype("float32")
    layers = [L.Dense(32, activation="relu"), L.Dense(4, activation="sigmoid")]
    return training(layers, (x, y), loss=BINARY, epochs=8)


@healthy
def an_autoencoder() -> Training:
    (x, _), (x_test, _) = flat_digits()
    layers = [L.Dense(32, activation="relu"), L.Dense(64, activation="sigmoid")]
    return training(layers, (x, x), (x_test, x_test), loss="mse", epochs=10)


@healthy
def exclusive_or() -> Training:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 50, "float32")
    y = (x[:, 0] != x[:, 1]).astype("float32")
    layers = [L.Dense(8, activation="tanh"), L.Dense(1, activation="sigmoid")]
    return training(layers, (x, y), (x[:4], y[:4]), wubu.optimizers.Adam(0.05), BINARY, epochs=20)


@healthy
def stopped_early() -> Training:
    (x, y), test = flat_digits()
    made = training(mlp(256), (x[:600], y[:600]), test, epochs=30)
    stop = wubu.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    made.arguments["callbacks"] = [stop]
    return made
