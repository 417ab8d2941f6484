"""Models as scikit-learn estimators."""

from __future__ import annotations

import numpy as np
import pytest

from wubu import Sequential, layers, wrappers
from wubu.wrappers.scikit_learn import KerasClassifier, KerasRegressor

pytest.importorskip("sklearn")
from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_iris  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

X, Y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y]


def network(X=None, y=None, width=16, outputs=3, loss="categorical_crossentropy"):
    model = Sequential([layers.Dense(width, activation="relu", input_shape=(4,))])
    model.add(layers.Dense(outputs, activation="softmax" if outputs > 1 else None))
    model.compile("adam", loss, metrics=["accuracy"] if outputs > 1 else None)
    return model


def build(width=16):
    return network(width=width)


def build_regressor():
    return network(outputs=1, loss="mse")


def test_classifier_in_a_pipeline():
    fit = {"epochs": 30, "verbose": 0, "batch_size": 16}
    model = make_pipeline(StandardScaler(), wrappers.SKLearnClassifier(network, fit_kwargs=fit)).fit(X, NAMES)
    assert model.score(X, NAMES) > 0.7
    assert set(model.predict(X)) <= set(NAMES)


def test_a_compiled_model_is_cloned():
    model = network()
    before = model.get_weights()
    estimator = wrappers.SKLearnClassifier(model, fit_kwargs={"epochs": 1, "verbose": 0}).fit(X, Y)
    assert estimator.model_ is not model
    np.testing.assert_array_equal(before[0], model.get_weights()[0])
    assert not hasattr(clone(estimator), "model_")


def test_regressor_and_transformer():
    fit = {"epochs": 1, "verbose": 0}
    y = Y.astype("float32")
    arguments = {"outputs": 1, "loss": "mse"}
    assert wrappers.SKLearnRegressor(network, model_kwargs=arguments, fit_kwargs=fit).fit(X, y).predict(X).shape == (150,)
    assert wrappers.SKLearnTransformer(network, model_kwargs=arguments, fit_kwargs=fit).fit(X, y).transform(X).shape == (150, 1)


def test_what_cannot_be_trained():
    uncompiled = Sequential([layers.Dense(3, input_shape=(4,))])
    with pytest.raises(ValueError, match="compiled"):
        wrappers.SKLearnClassifier(uncompiled).fit(X, Y)
    with pytest.raises(ValueError, match="only one class"):
        wrappers.SKLearnClassifier(network).fit(X, np.zeros(150))


def test_keras_classifier_of_keras_2():
    estimator = KerasClassifier(build_fn=build, epochs=2, batch_size=16, verbose=0)
    assert len(cross_val_score(estimator, X, Y, cv=2)) == 2
    estimator.fit(X, NAMES)
    assert set(estimator.predict(X)) <= set(NAMES) and estimator.predict_proba(X).shape == (150, 3)
    assert 0 <= estimator.score(X, NAMES) <= 1
    search = GridSearchCV(KerasClassifier(build_fn=build, epochs=1, verbose=0), {"width": [4, 8]}, cv=2).fit(X, Y)
    assert search.best_params_["width"] in (4, 8)
    with pytest.raises(ValueError, match="legal parameter"):
        KerasClassifier(build_fn=build, epohcs=2)


def test_keras_regressor_of_keras_2():
    estimator = KerasRegressor(build_fn=build_regressor, nb_epoch=1, verbose=0)
    assert estimator.fit(X, Y).history["loss"]
    assert estimator.predict(X).shape == (150,) and estimator.score(X, Y) < 0
