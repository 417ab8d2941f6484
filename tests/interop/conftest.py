"""Models that are built alike in Keras and in wubu, and what both must agree on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Builder = Callable[[Any], Any]


def stack(k: Any) -> Any:
    """A Sequential with BatchNormalization."""
    layers = k.layers
    return k.Sequential(
        [
            k.Input((6,)),
            layers.Dense(5, activation="relu", kernel_regularizer="l2"),
            layers.BatchNormalization(momentum=0.9),
            layers.Dropout(0.0),
            layers.Dense(3, activation="softmax"),
        ]
    )


def convolutional(k: Any) -> Any:
    """Convolutions, poolings and padding."""
    layers = k.layers
    return k.Sequential(
        [
            k.Input((9, 8, 2)),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.ZeroPadding2D(1),
            layers.Conv2D(3, (2, 3), use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.1),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def shared_and_nested(k: Any) -> Any:
    """A functional model with a layer used twice and models within it, one of them used twice."""
    layers = k.layers
    inner_input = k.Input((4,))
    inner = k.Model(inner_input, layers.Dense(3, activation="tanh")(layers.Dense(4)(inner_input)), name="inner")
    tower = k.Sequential([layers.Dense(4, activation="relu"), layers.BatchNormalization()], name="tower")
    left, right = k.Input((5,), name="left"), k.Input((5,), name="right")
    both = layers.Dense(4, name="both")
    a, b = both(left), both(right)
    joined = layers.Concatenate()([inner(a), inner(b), tower(layers.Add()([a, b]))])
    return k.Model([left, right], layers.Dense(2)(joined))


def several_outputs(k: Any) -> Any:
    """Two named inputs, two named outputs."""
    layers = k.layers
    first, second = k.Input((3,), name="first"), k.Input((4,), name="second")
    middle = layers.Concatenate()([layers.Dense(4)(first), layers.Dense(4)(second)])
    middle = layers.Activation("relu")(middle)
    outputs = {"mean": layers.Dense(1, name="mean")(middle), "kind": layers.Dense(3, name="kind")(middle)}
    return k.Model({"first": first, "second": second}, outputs)


def recurrent(k: Any) -> Any:
    """Embedding, LSTM, GRU and SimpleRNN, one of them in both directions."""
    layers = k.layers
    if not all(hasattr(layers, n) for n in ("LSTM", "GRU", "SimpleRNN", "Bidirectional", "Embedding")):
        pytest.skip("this build has no recurrent layers yet")
    return k.Sequential(
        [
            k.Input((7,), dtype="int32"),
            layers.Embedding(11, 4),
            layers.Bidirectional(layers.GRU(3, return_sequences=True)),
            layers.LSTM(4, return_sequences=True),
            layers.SimpleRNN(3),
            layers.Dense(2),
        ]
    )


BUILDERS: dict[str, Builder] = {f.__name__: f for f in (stack, convolutional, shared_and_nested, several_outputs, recurrent)}


def batch(name: str, seed: int, rows: int = 8) -> tuple[Any, Any]:
    """Inputs and targets for a model."""
    r = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return r.normal(size=(rows, *shape)).astype("float32")

    if name == "stack":
        return normal(6), r.integers(0, 3, (rows, 1))
    if name == "convolutional":
        return normal(9, 8, 2), normal(2)
    if name == "shared_and_nested":
        return [normal(5), normal(5)], normal(2)
    if name == "several_outputs":
        return {"first": normal(3), "second": normal(4)}, {"mean": normal(1), "kind": normal(3)}
    return r.integers(0, 11, (rows, 7)).astype("int32"), normal(2)


def compile_like(k: Any, name: str, model: Any, optimizer: Any = "adam") -> None:
    """Compile a model as its kind is compiled."""
    if name == "stack":
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    elif name == "several_outputs":
        losses = {"mean": "mse", "kind": k.losses.Huber()}
        metrics = {"mean": ["mae", k.metrics.RootMeanSquaredError()], "kind": ["mse"]}
        model.compile(optimizer, losses, metrics=metrics, loss_weights={"mean": 1.0, "kind": 0.5})
    else:
        model.compile(optimizer, "mse", metrics=["mae"])


def train(model: Any, name: str, seeds: range) -> None:
    """One step on each of some batches."""
    for seed in seeds:
        x, y = batch(name, seed)
        model.train_on_batch(x, y)


def flat(value: Any) -> list[np.ndarray]:
    """Arrays of a prediction, dicts by sorted key."""
    if isinstance(value, dict):
        return [a for key in sorted(value) for a in flat(value[key])]
    if isinstance(value, list | tuple):
        return [a for one in value for a in flat(one)]
    return [np.asarray(value)]


def assert_same_predictions(a: Any, b: Any, name: str, tolerance: float = 1e-5) -> None:
    """Both models predict the same."""
    x, _ = batch(name, 999)
    for left, right in zip(flat(a.predict(x, verbose=0)), flat(b.predict(x, verbose=0)), strict=True):
        np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)


def assert_same_training(a: Any, b: Any, name: str, steps: int = 10, tolerance: float = 1e-4) -> None:
    """Both models, trained on, keep the same weights."""
    before = [w.copy() for w in a.get_weights()]
    train(a, name, range(100, 100 + steps))
    train(b, name, range(100, 100 + steps))
    moved = 0.0
    for old, left, right in zip(before, a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)
        moved = max(moved, float(np.abs(left - old).max()))
    assert moved > 1e-4, "nothing was trained"


class Interop:
    """What the tests of this folder share; see the functions of the same names."""

    builders = BUILDERS
    batch = staticmethod(batch)
    compile_like = staticmethod(compile_like)
    train = staticmethod(train)
    assert_same_predictions = staticmethod(assert_same_predictions)
    assert_same_training = staticmethod(assert_same_training)


@pytest.fixture
def interop() -> type[Interop]:
    """The builders and the comparisons."""
    return Interop


@pytest.fixture(params=sorted(BUILDERS))
def kind(request: pytest.FixtureRequest) -> str:
    """The name of one of the models."""
    return request.param
