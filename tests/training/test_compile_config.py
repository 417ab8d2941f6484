"""The arguments of compile as a config that Keras reads, and the reverse."""

from __future__ import annotations

import copy
import gc
import json
from typing import Any

import numpy as np
import pytest

from wubu import losses, metrics, optimizers
from wubu.layers import Dense, Layer
from wubu.models import Input, Sequential


def compiled(**kwargs: Any) -> Any:
    model = Sequential([Input((6,)), Dense(3, activation="softmax", name="out")])
    model.compile(**kwargs)
    return model


def arguments(k: Any) -> dict[str, Any]:
    return {
        "optimizer": k.optimizers.Adam(0.01, clipnorm=1.0),
        "loss": k.losses.CategoricalCrossentropy(label_smoothing=0.1),
        "loss_weights": [0.5],
        "metrics": ["accuracy", k.metrics.Precision(name="p")],
        "weighted_metrics": ["mae"],
    }


def plain(config: Any) -> Any:
    """Without what the two may word differently: names made up, and modules' insides."""
    return json.loads(json.dumps(config))


def test_the_config_is_keras_s(wubu_: Any, keras_: Any) -> None:
    ours = plain(compiled(**arguments(wubu_)).get_compile_config())
    reference = keras_.Sequential([keras_.Input((6,)), keras_.layers.Dense(3, activation="softmax", name="out")])
    reference.compile(**arguments(keras_))
    expected = plain(reference.get_compile_config())
    assert set(ours) == set(expected)
    for key in ("loss_weights", "run_eagerly", "steps_per_execution", "jit_compile", "weighted_metrics"):
        assert ours[key] == expected[key], key
    for key in ("optimizer", "loss"):
        assert ours[key]["class_name"] == expected[key]["class_name"]
        assert ours[key]["module"] == f"keras.{'optimizers' if key == 'optimizer' else 'losses'}"
    assert [m if isinstance(m, str) else m["class_name"] for m in ours["metrics"]] == ["accuracy", "Precision"]


def test_either_reads_the_other(wubu_: Any, keras_: Any, data: Any) -> None:
    ours = compiled(**arguments(wubu_))
    reference = keras_.Sequential([keras_.Input((6,)), keras_.layers.Dense(3, activation="softmax", name="out")])
    reference.compile_from_config(plain(ours.get_compile_config()))
    twin = Sequential([Input((6,)), Dense(3, activation="softmax", name="out")])
    twin.compile_from_config(plain(reference.get_compile_config()))
    ours.set_weights(reference.get_weights())
    twin.set_weights(reference.get_weights())
    fits = [
        m.fit(data.x, data.one_hot, batch_size=32, shuffle=False, verbose=0).history for m in (ours, reference, twin)
    ]
    assert set(fits[0]) == set(fits[1]) == set(fits[2])
    for name in fits[0]:
        np.testing.assert_allclose(fits[0][name], fits[1][name], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(fits[0][name], fits[2][name], rtol=1e-5, atol=1e-6)


def test_uncompiled() -> None:
    assert Sequential([Dense(1)]).get_compile_config() is None


def test_copies_train_apart(data: Any) -> None:
    model = compiled(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(data.x, data.one_hot, verbose=0)
    twin = copy.deepcopy(model)
    before = model.get_weights()
    twin.fit(data.x, data.one_hot, verbose=0)
    np.testing.assert_array_equal(before[0], model.get_weights()[0])
    assert not np.array_equal(before[0], twin.get_weights()[0])


def test_nothing_is_left_behind(data: Any) -> None:
    """Thousands of calls need no more memory than a few."""
    model = compiled(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    x, y = data.x[:64], data.one_hot[:64]

    def use(times: int) -> int:
        for _ in range(times):
            model.fit(x, y, verbose=0)
            model.evaluate(x, y, verbose=0)
            model.predict(x[:5])
            model.train_on_batch(x[:9], y[:9])
        gc.collect()
        return len(gc.get_objects())

    use(10)
    before = use(10)
    assert use(100) - before < 200


def test_optimizers_and_functions_by_class_and_config() -> None:
    model = compiled(optimizer=optimizers.SGD, loss=losses.MeanSquaredError, metrics=[metrics.MeanAbsoluteError])
    assert isinstance(model.optimizer, optimizers.SGD)
    model = compiled(optimizer=optimizers.serialize(optimizers.SGD(0.3)), loss="mse")
    assert float(model.optimizer.learning_rate) == pytest.approx(0.3)


def test_text_is_trained_on_as_plain_python() -> None:
    class Lengths(Layer):
        """Text in, numbers out."""

        def call(self, words: Any) -> Any:
            import torch

            return torch.tensor([[float(len(w[0]))] for w in words])

    words = np.array([["a"], ["bb"], ["ccc"], ["dddd"]])
    model = Sequential([Lengths(), Dense(1)])
    model.compile("adam", "mse")
    assert np.isfinite(model.fit(words, [1.0, 2.0, 3.0, 4.0], epochs=3, batch_size=2, verbose=0).history["loss"]).all()
    assert model.predict(words).shape == (4, 1)


def test_no_trainable_weights(data: Any) -> None:
    model = compiled(optimizer="sgd", loss="categorical_crossentropy")
    model.trainable = False
    model.compile("sgd", "categorical_crossentropy")
    before = model.get_weights()
    with pytest.warns(UserWarning, match="any trainable weights"):
        model.fit(data.x, data.one_hot, verbose=0)
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_prediction_within_an_epoch_leaves_training_on(data: Any) -> None:
    from wubu.callbacks import LambdaCallback

    model = compiled(optimizer="sgd", loss="categorical_crossentropy")
    flags = []

    def look(batch: int, logs: Any) -> None:
        model.predict(data.x[:3])
        model.evaluate(data.x[:3], data.one_hot[:3], verbose=0)
        flags.append(model.training)

    model.fit(data.x, data.one_hot, verbose=0, callbacks=[LambdaCallback(on_train_batch_begin=look)])
    assert all(flags) and not model.training
