"""Data and arguments that cannot work are found before the first step, and the message says what to change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from wubu import errors
from wubu.layers import Dense, Flatten, Lambda
from wubu.models import Sequential

X = np.random.default_rng(0).standard_normal((40, 6)).astype("float32")
CLASSES = np.arange(40) % 3


def classifier(loss: Any = "sparse_categorical_crossentropy", units: int = 3) -> Any:
    model = Sequential([Dense(8, activation="relu", input_shape=(6,)), Dense(units, activation="softmax")])
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def check_untouched(model: Any, call: Any, error: Any, *says: str) -> None:
    """The call raises, says so, and leaves the weights as they were."""
    before = model.get_weights()
    with pytest.raises(error) as caught:
        call()
    for part in says:
        assert part in str(caught.value), str(caught.value)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_hot_labels_with_a_sparse_loss() -> None:
    model = classifier()
    y = np.eye(3)[CLASSES]
    check_untouched(model, lambda: model.fit(X, y, verbose=0), errors.LabelError, "one-hot", "categorical_crossentropy")
    check_untouched(model, lambda: model.train_on_batch(X, y), errors.LabelError, "one-hot")
    check_untouched(model, lambda: model.evaluate(X, y, verbose=0), errors.LabelError, "one-hot")


def test_class_numbers_with_a_categorical_loss() -> None:
    model = classifier("categorical_crossentropy")
    check_untouched(model, lambda: model.fit(X, CLASSES, verbose=0), errors.LabelError, "to_categorical")


def test_a_label_outside_the_classes_anywhere() -> None:
    model = classifier()
    y = CLASSES.copy()
    y[-1] = 7
    check_untouched(model, lambda: model.fit(X, y, verbose=0, batch_size=8), errors.LabelError, "7", "from 0 to 2")


def test_labels_in_the_validation_data_are_checked_too() -> None:
    model = classifier()
    check_untouched(
        model, lambda: model.fit(X, CLASSES, validation_data=(X, CLASSES + 1), verbose=0), errors.LabelError, "y - 1"
    )


def test_too_few_units() -> None:
    model = classifier("binary_crossentropy", 2)
    check_untouched(model, lambda: model.fit(X, CLASSES % 2, verbose=0), errors.LabelError, "Dense(1")


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["x", "y"])
def test_gaps(value: float, where: str) -> None:
    model = Sequential([Dense(1, input_shape=(6,))])
    model.compile("sgd", "mse")
    x, y = X.copy(), X[:, :1].copy()
    (x if where == "x" else y)[17, 0] = value
    for call in (lambda: model.fit(x, y, verbose=0), lambda: model.evaluate(x, y, verbose=0)):
        check_untouched(model, call, errors.NonFiniteError, f"{where}[17, 0]", str(value))


def test_gaps_in_a_table() -> None:
    model = Sequential([Dense(1)])
    model.compile("sgd", "mse")
    table = pd.DataFrame({"a": [1.0, np.nan], "b": [1, 2]})
    with pytest.raises(errors.NonFiniteError, match="nan"):
        model.fit(table, [1, 2], verbose=0)


def test_gaps_that_the_model_fills_are_no_error() -> None:
    model = Sequential([Lambda(lambda x: torch.nan_to_num(x)), Dense(1)])
    model.compile("sgd", "mse")
    x = X.copy()
    x[3, 3] = np.nan
    assert np.isfinite(model.fit(x, X[:, :1], verbose=0).history["loss"][0])


def test_large_numbers_are_no_gaps() -> None:
    model = Sequential([Lambda(lambda x: x * 0.0), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.full((40, 6), 3e38, "float32"), X[:, :1], verbose=0)


def test_a_wrong_shape_names_the_input() -> None:
    model = classifier()
    check_untouched(model, lambda: model.fit(X[:, :4], CLASSES, verbose=0), errors.ShapeError, "(None, 6)", "4")
    with pytest.raises(errors.ShapeError, match="4"):
        model.predict(X[:, :4])


def test_lengths() -> None:
    model = classifier()
    check_untouched(model, lambda: model.fit(X, CLASSES[:-1], verbose=0), errors.DataError, "40", "39")
    with pytest.raises(errors.EmptyDataError):
        model.fit(X[:0], CLASSES[:0], verbose=0)
    with pytest.raises(errors.EmptyDataError):
        model.predict(X[:0])
    with pytest.raises(errors.DataError, match="too few"):
        model.fit(X[:1], CLASSES[:1], validation_split=0.5, verbose=0)


def test_no_labels() -> None:
    with pytest.raises(errors.ArgumentError, match="labels"):
        classifier().fit(X, verbose=0)


def test_no_loss() -> None:
    model = Sequential([Dense(1)])
    model.compile("sgd")
    with pytest.raises(errors.ArgumentError, match="No loss"):
        model.fit(X, X[:, :1], verbose=0)


def test_unknown_names() -> None:
    model = Sequential([Dense(1)])
    for kwargs, nearest in (
        ({"loss": "categorical_crossentrop"}, "categorical_crossentropy"),
        ({"optimizer": "adma"}, "adam"),
        ({"metrics": ["acuracy_top"]}, ""),
        ({"loss": "mse", "metrics": ["mean_absolut_error"]}, "mean_absolute_error"),
    ):
        with pytest.raises(errors.UnknownNameError) as caught:
            model.compile(**{"optimizer": "sgd", **kwargs})
        assert nearest.lower() in str(caught.value).lower()


def test_losses_and_weights_for_outputs_that_do_not_exist() -> None:
    from wubu.layers import Input
    from wubu.models import Model

    inputs = Input((6,))
    model = Model(inputs, [Dense(1, name="a")(inputs), Dense(1, name="b")(inputs)])
    y = [X[:, :1], X[:, 1:2]]
    for kwargs in (
        {"loss": {"a": "mse", "c": "mse"}},
        {"loss": ["mse", "mse", "mse"]},
        {"loss": "mse", "loss_weights": [1.0]},
        {"loss": "mse", "loss_weights": 2.0},
        {"loss": "mse", "metrics": {"c": ["mae"]}},
    ):
        model.compile("sgd", **kwargs)
        with pytest.raises(errors.ArgumentError):
            model.fit(X, y, verbose=0)
    model.compile("sgd", "mse")
    with pytest.raises(errors.ArgumentError, match="2 outputs"):
        model.fit(X, y[0], verbose=0)
    with pytest.raises(errors.ArgumentError, match="'c'"):
        model.fit(X, y, class_weight={"c": {0: 1.0}}, verbose=0)


def test_a_metric_that_does_not_fit_is_named() -> None:
    model = Sequential([Dense(3, input_shape=(6,))])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["mae"])
    with pytest.raises(RuntimeError) as caught:
        model.fit(X, CLASSES, verbose=0)
    assert any("'mae'" in note for note in caught.value.__notes__)


def test_a_loss_that_does_not_depend_on_the_weights() -> None:
    model = Sequential([Dense(1, input_shape=(6,)), Lambda(lambda x: x.detach())])
    model.compile("sgd", "mse")
    with pytest.raises(errors.ArgumentError, match="does not depend"):
        model.fit(X, X[:, :1], verbose=0)


def test_nan_in_training_is_warned_about() -> None:
    model = Sequential([Dense(8, input_shape=(6,)), Flatten(), Dense(1)])
    model.compile("sgd", "mse")
    model.optimizer.learning_rate = 1e6
    with pytest.warns(UserWarning, match="TerminateOnNaN"):
        model.fit(X, X[:, :1], epochs=5, verbose=0)
