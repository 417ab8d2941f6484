"""Whatever a metric was called in ``compile``, every name that it has had finds it: in callbacks, files and histories."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest

import wubu
from wubu.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from wubu.callbacks.monitor import direction

L = wubu.layers
X = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int64")

GIVEN = [
    # given to compile, logged as, also asked for as
    ("acc", "acc", "accuracy"),
    ("accuracy", "accuracy", "acc"),
    ("sparse_categorical_accuracy", "sparse_categorical_accuracy", "acc"),
    ("sparse_categorical_accuracy", "sparse_categorical_accuracy", "accuracy"),
    (wubu.metrics.SparseCategoricalAccuracy(name="accuracy"), "accuracy", "acc"),
]


def fit(metric: Any, callbacks: Any = (), **arguments: Any) -> Any:
    model = wubu.Sequential([L.Dense(2, activation="softmax", input_shape=(4,), name="out")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=[metric])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a monitor that is not found only warns
        arguments = {"validation_split": 0.5, "epochs": 2, "verbose": 0, **arguments}
        return model.fit(X, Y, callbacks=list(callbacks), **arguments)


@pytest.mark.parametrize(("given", "logged", "asked"), GIVEN)
def test_every_monitor_finds_it(given: Any, logged: str, asked: str, tmp_path: Any) -> None:
    stop = EarlyStopping(f"val_{asked}", patience=0, min_delta=2, restore_best_weights=True)
    plateau = ReduceLROnPlateau(f"val_{asked}", patience=1, min_delta=2, factor=0.5)
    best = ModelCheckpoint(tmp_path / "best.keras", monitor=f"val_{asked}", save_best_only=True)
    history = fit(given, [stop, plateau, best], epochs=6).history
    assert list(history)[1] == logged and len(history["loss"]) == 2  # stopped: nothing gets better by 2
    assert best.best == max(history[f"val_{asked}"]) and (tmp_path / "best.keras").exists()


@pytest.mark.parametrize(("given", "logged", "asked"), GIVEN)
def test_more_of_it_is_better_by_every_name(given: Any, logged: str, asked: str) -> None:
    model = fit(given).model
    assert direction(f"val_{asked}", "auto", model) == direction(f"val_{logged}", "auto", model) == 1


@pytest.mark.parametrize(("given", "logged", "asked"), GIVEN)
def test_file_names(given: Any, logged: str, asked: str, tmp_path: Any) -> None:
    template = f"{{epoch:02d}}-{{val_{asked}:.2f}}-{{{asked}:.2f}}.weights.h5"
    history = fit(given, [ModelCheckpoint(tmp_path / template, save_weights_only=True)], epochs=1).history
    (written,) = tmp_path.iterdir()
    assert written.name == f"01-{history[f'val_{logged}'][0]:.2f}-{history[logged][0]:.2f}.weights.h5"


@pytest.mark.parametrize(("given", "logged", "asked"), GIVEN)
def test_histories(given: Any, logged: str, asked: str) -> None:
    history = fit(given)
    for prefix in ("", "val_"):
        assert history.history[prefix + asked] == history.history[prefix + logged]
        assert history.history.get(prefix + asked) and prefix + asked in history.history
    assert asked not in list(history.history)  # it is there once
    assert copy.deepcopy(history.history) == history.history
    assert history.model.history.history[asked] == history.history[logged]


def test_outputs_in_front() -> None:
    inputs = wubu.Input((4,))
    outputs = [L.Dense(2, activation="softmax", name="first")(inputs), L.Dense(1, name="second")(inputs)]
    model = wubu.Model(inputs, outputs)
    losses = {"first": "sparse_categorical_crossentropy", "second": "mse"}
    model.compile("sgd", losses, metrics={"first": "accuracy", "second": ["mean_absolute_error"]})
    labels = {"first": Y, "second": X[:, :1]}
    stop = EarlyStopping("val_first_acc", patience=5)
    history = model.fit(X, labels, validation_split=0.5, verbose=0, callbacks=[stop]).history
    assert history["first_acc"] == history["first_accuracy"]
    assert history["val_second_mae"] == history["val_second_mean_absolute_error"]
    assert stop.best == history["val_first_accuracy"][0]


def test_numbers() -> None:
    model = wubu.Sequential([L.Dense(1, input_shape=(4,))])
    model.compile("sgd", "mse", metrics=["mae", "mean_squared_error", "root_mean_squared_error"])
    history = model.fit(X, X[:, :1], verbose=0).history
    for names in (("mae", "MAE", "mean_absolute_error"), ("mse", "MSE", "mean_squared_error")):
        assert history[names[0]] == history[names[1]] == history[names[2]]
    assert history["rmse"] == history["root_mean_squared_error"]
    with pytest.raises(KeyError):
        history["val_mae"]
