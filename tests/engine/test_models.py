"""Whole models through ``fit``: captured steps equal eager ones, and every common layer is captured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import wubu as keras
from wubu import layers
from wubu.core.seeds import set_random_seed

LIMIT = 5e-7


def mlp() -> Any:
    return [layers.Flatten(), *_dense(128, 60)], (28, 28), 10, 32, "adam"


def mlp2() -> Any:
    return [layers.Flatten(), *_dense(300, 100)], (28, 28), 10, 32, "sgd"


def cnn() -> Any:
    stack = [
        layers.Conv2D(8, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(100, activation="relu"),
        layers.Dropout(0.25),
        layers.Dense(10, activation="softmax"),
    ]
    return stack, (28, 28, 1), 10, 32, "adam"


def xray() -> Any:
    stack = [
        layers.Conv2D(32, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(128, 3, strides=2, activation="relu"),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
    return stack, (128, 128, 3), 2, 8, "adam"


def normed() -> Any:
    stack = [layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(), layers.Flatten()]
    return [*stack, layers.Dense(10, activation="softmax")], (12, 12, 1), 10, 32, "sgd"


def _dense(*widths: int) -> list[Any]:
    return [*(layers.Dense(w, activation="relu") for w in widths), layers.Dense(10, activation="softmax")]


def build(make: Callable[[], Any], run_eagerly: bool) -> tuple[Any, torch.Tensor, torch.Tensor, int]:
    stack, shape, classes, size, optimizer = make()
    set_random_seed(1)
    model = keras.Sequential([layers.Input(shape), *stack])
    model.compile(
        optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=run_eagerly
    )
    generator = torch.Generator().manual_seed(2)
    x = torch.rand(10 * size, *shape, generator=generator)
    y = torch.randint(0, classes, (10 * size,), generator=generator)
    return model, x, y, size


@pytest.mark.parametrize("make", [mlp, mlp2, cnn, xray, normed], ids=lambda make: make.__name__)
def test_each_of_fifty_steps_equals_the_eager_one(make: Callable[[], Any]) -> None:
    captured, x, y, size = build(make, run_eagerly=False)
    eager, *_ = build(make, run_eagerly=True)
    for model in (captured, eager):
        model.train_on_batch(x[:size], y[:size])  # builds everything
    order = torch.arange(50 * size) % len(y)
    whole = each = 0.0
    for at in range(50):
        with torch.no_grad():
            for mine, theirs in zip(_state(eager), _state(captured), strict=True):
                mine.copy_(theirs)
        rows = order[at * size : (at + 1) * size]
        random = torch.get_rng_state()
        captured.train_on_batch(x[rows], y[rows])
        torch.set_rng_state(random)
        eager.train_on_batch(x[rows], y[rows])
        ours, theirs = ([w.detach().double().flatten() for w in model.weights] for model in (captured, eager))
        whole = max(whole, _relative(torch.cat(ours), torch.cat(theirs)))
        each = max([each, *map(_relative, ours, theirs)])
    assert whole <= LIMIT
    # Adam's first steps enlarge the last bit of a gradient near zero: a bias alone may differ by some millionths.
    assert each <= 20 * LIMIT


def _relative(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return float(torch.linalg.vector_norm(ours - theirs)) / (float(torch.linalg.vector_norm(theirs)) + 1e-6)


def _state(model: Any) -> list[torch.Tensor]:
    return [*model.weights, *(v for v in model.optimizer.variables if v.is_floating_point() and v.dim())]


@pytest.mark.parametrize("make", [mlp, mlp2, cnn, normed], ids=lambda make: make.__name__)
def test_the_loss_falls_in_fit_captured_and_eager(make: Callable[[], Any]) -> None:
    for run_eagerly in (False, True):
        model, x, y, size = build(make, run_eagerly)
        losses = model.fit(x[: 2 * size], y[: 2 * size], batch_size=size, epochs=40, verbose=0).history["loss"]
        assert losses[-1] < 0.9 * losses[0], losses


def programs(model: Any, mode: str) -> list[Any]:
    execution = model._executions[mode]
    assert execution.stepper.reason is None
    return execution.stepper.programs


STACKS: dict[str, Callable[[], list[Any]]] = {
    "pooling": lambda: [layers.Conv2D(4, 3), layers.AveragePooling2D(2), layers.GlobalMaxPooling2D()],
    "padding": lambda: [layers.ZeroPadding2D(1), layers.Conv2D(4, 3, strides=2, padding="same"), layers.Flatten()],
    "normalization": lambda: [layers.BatchNormalization(), layers.LayerNormalization(), layers.Flatten()],
    "noise": lambda: [layers.GaussianNoise(0.1), layers.Flatten(), layers.AlphaDropout(0.1)],
    "activations": lambda: [layers.Flatten(), layers.LeakyReLU(), layers.ELU(), layers.PReLU(), layers.Softmax()],
    "regularized": lambda: [layers.Flatten(), layers.Dense(5, kernel_regularizer="l2", kernel_constraint="max_norm")],
    "lambda": lambda: [layers.Lambda(lambda x: x * 2 - 1), layers.Flatten()],
    "recurrent": lambda: [layers.Reshape((12, 12)), layers.LSTM(4, return_sequences=True), layers.GRU(3)],
    "scaled": lambda: [layers.Rescaling(2.0), layers.UpSampling2D(), layers.Flatten()],
}


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_common_layers_are_captured_in_every_mode(name: str, optimizer: str) -> None:
    model = keras.Sequential([layers.Input((12, 12, 1)), *STACKS[name](), layers.Dense(3, activation="softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = torch.rand(40, 12, 12, 1), torch.randint(0, 3, (40,))
    model.fit(x, y, batch_size=8, epochs=2, verbose=0)
    model.evaluate(x, y, batch_size=8, verbose=0)
    predicted = model.predict(x, batch_size=8, verbose=0)
    for mode in ("train", "test", "predict"):
        assert len(programs(model, mode)) == 1
    assert torch.allclose(torch.from_numpy(predicted), model(x).detach(), atol=1e-5)


def test_a_step_of_ones_own_is_captured() -> None:
    class Mine(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x: torch.Tensor) -> torch.Tensor:
            return self.dense(x)

        def train_step(self, data: Any) -> dict[str, Any]:
            x, y = data
            self.zero_grad()
            loss = torch.nn.functional.cross_entropy(self(x, training=True), y)
            loss.backward()
            weights = self.trainable_weights
            with torch.no_grad():
                self.optimizer.apply([w.grad for w in weights], weights)
            return {"loss": loss.detach()}

    model = Mine()
    model.compile("adam")
    x, y = torch.rand(40, 5), torch.randint(0, 3, (40,))
    losses = model.fit(x, y, batch_size=8, epochs=30, verbose=0, shuffle=False).history["loss"]
    assert losses[-1] < losses[0]
    assert programs(model, "train")


def test_freezing_and_compiling_again_makes_new_programs() -> None:
    model, x, y, size = build(mlp, run_eagerly=False)
    model.fit(x, y, batch_size=size, verbose=0)
    model.layers[1].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    frozen = model.layers[1].kernel.detach().clone()
    moving = model.layers[2].kernel.detach().clone()
    model.fit(x, y, batch_size=size, verbose=0)
    assert torch.equal(model.layers[1].kernel, frozen)
    assert not torch.equal(model.layers[2].kernel, moving)


def test_weights_that_are_set_between_fits_count() -> None:
    model, x, y, size = build(mlp, run_eagerly=False)
    model.fit(x, y, batch_size=size, verbose=0)
    zeros = [w * 0 for w in model.get_weights()]
    model.set_weights(zeros)
    assert abs(model.predict(x, batch_size=size, verbose=0) - 0.1).max() < 1e-6
