"""A small model that trains quickly, once for wubu and once for Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    """128 rows of 5 numbers, and what is to be learned of them."""
    random = np.random.default_rng(0)
    x = random.standard_normal((128, 5)).astype("float32")
    return x, (np.sin(x).sum(1, keepdims=True) + 0.5 * random.standard_normal((128, 1))).astype("float32")


def _weights() -> list[np.ndarray]:
    random = np.random.default_rng(1)
    shapes = [(5, 16), (16,), (16, 1), (1,)]
    return [(0.4 * random.standard_normal(shape)).astype("float32") for shape in shapes]


@pytest.fixture
def model() -> Callable[..., Any]:
    """Make and compile wubu's."""

    def make(optimizer: Any = "adam", loss: str = "mse", metrics: Any = ("mae",), **kwargs: Any) -> Any:
        from wubu.layers import Dense
        from wubu.models import Input, Sequential

        made = Sequential([Input((5,)), Dense(16, activation="tanh", name="hidden"), Dense(1, name="out")])
        made.set_weights(_weights())
        made.compile(optimizer, loss, metrics=list(metrics), **kwargs)
        return made

    return make


@pytest.fixture
def reference() -> Callable[..., Any]:
    """Make and compile Keras's."""

    def make(optimizer: Any = "adam", loss: str = "mse", metrics: Any = ("mae",)) -> Any:
        import keras

        made = keras.Sequential(
            [
                keras.Input((5,)),
                keras.layers.Dense(16, activation="tanh", name="hidden"),
                keras.layers.Dense(1, name="out"),
            ]
        )
        made.set_weights(_weights())
        made.compile(optimizer, loss, metrics=list(metrics))
        return made

    return make


@pytest.fixture
def both(model: Any, reference: Any, data: Any, capsys: Any) -> Callable[..., Any]:
    """Train both with callbacks of a namespace; gives (model, history, printed) of each."""

    def run(callbacks: Callable[[Any], list[Any]], optimizer: Callable[[Any], Any] | None = None, **kwargs: Any) -> Any:
        import keras

        from wubu import callbacks as own_callbacks
        from wubu import optimizers as own_optimizers

        results = []
        for make, room, optimizers in (
            (model, own_callbacks, own_optimizers),
            (reference, keras.callbacks, keras.optimizers),
        ):
            made = make(optimizer(optimizers) if optimizer else "adam")
            arguments = {"epochs": 12, "batch_size": 16, "shuffle": False, "verbose": 0, "validation_split": 0.25}
            capsys.readouterr()
            history = made.fit(*data, callbacks=callbacks(room), **{**arguments, **kwargs})
            results.append((made, history, capsys.readouterr().out))
        return results

    return run
