"""fit, evaluate and predict: their arguments, and what they give back, beside real Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from wubu import errors
from wubu.callbacks import Callback, LambdaCallback
from wubu.layers import Dense
from wubu.models import Model, Sequential


def small(k: Any) -> Any:
    return k.Sequential([k.Input((6,)), k.layers.Dense(4, activation="relu"), k.layers.Dense(3, activation="softmax")])


def compiled(units: int = 1, activation: str | None = None, **kwargs: Any) -> Any:
    model = Sequential([Dense(4, activation="relu", input_shape=(6,)), Dense(units, activation=activation)])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **kwargs})
    return model


def test_evaluate_and_predict_agree(twins: Any, same: Any, data: Any) -> None:
    ours, reference = twins(small)
    for model in (ours, reference):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy", "sparse_categorical_crossentropy"])
    x, y = data.x[:77], data.classes[:77]
    a = ours.evaluate(x, y, verbose=0, batch_size=20)
    b = reference.evaluate(x, y, verbose=0, batch_size=20)
    np.testing.assert_allclose(a, b, rtol=1e-5)
    same(ours.evaluate(x, y, verbose=0, return_dict=True), reference.evaluate(x, y, verbose=0, return_dict=True))
    np.testing.assert_allclose(ours.predict(x), reference.predict(x, verbose=0), rtol=1e-5)
    np.testing.assert_allclose(ours.predict(x[:3]), reference.predict(x[:3], verbose=0), rtol=1e-5)
    np.testing.assert_allclose(ours.predict_on_batch(x), reference.predict_on_batch(x), rtol=1e-5)
    assert ours.metrics_names == ["loss", "accuracy", "sparse_categorical_crossentropy"]


def test_single_batches_agree(twins: Any, same: Any, data: Any) -> None:
    ours, reference = twins(small)
    for model in (ours, reference):
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    for start in range(0, 96, 32):
        x, y, w = (part[start : start + 32] for part in (data.x, data.classes, data.weight))
        np.testing.assert_allclose(ours.train_on_batch(x, y), reference.train_on_batch(x, y), rtol=1e-4)
        np.testing.assert_allclose(
            ours.train_on_batch(x, y, sample_weight=w), reference.train_on_batch(x, y, sample_weight=w), rtol=1e-4
        )
        np.testing.assert_allclose(ours.test_on_batch(x, y), reference.test_on_batch(x, y), rtol=1e-4)
        weights = {0: 2.0, 1: 0.5}
        same(
            ours.train_on_batch(x, y, class_weight=weights, return_dict=True),
            reference.train_on_batch(x, y, class_weight=weights, return_dict=True),
        )
    same(ours, reference)


def test_no_metrics_gives_the_loss_alone(data: Any) -> None:
    model = compiled()
    assert isinstance(model.evaluate(data.x, data.binary, verbose=0), float)
    assert isinstance(model.train_on_batch(data.x, data.binary), float)


def test_validation_split_takes_the_end_before_shuffling(data: Any) -> None:
    seen = []

    class Peek(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(1)

        def call(self, x: Any, training: Any = None) -> Any:
            if training is False:
                seen.append(x.detach().numpy().copy())
            return self.dense(x)

    model = Peek()
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(data.x, data.binary, validation_split=0.25, verbose=0, batch_size=80)
    np.testing.assert_array_equal(seen[-1], data.x[240:])


@pytest.mark.parametrize("frequency, epochs", [(2, [1, 3]), ([1, 4], [0, 3])])
def test_validation_frequency(data: Any, frequency: Any, epochs: list[int]) -> None:
    validated = []
    hook = LambdaCallback(on_epoch_end=lambda epoch, logs: validated.append(epoch) if "val_loss" in logs else None)
    compiled().fit(
        data.x,
        data.binary,
        epochs=4,
        validation_data=(data.x, data.binary),
        validation_freq=frequency,
        verbose=0,
        callbacks=hook,
    )
    assert validated == epochs


def test_initial_epoch(data: Any) -> None:
    history = compiled().fit(data.x, data.binary, epochs=5, initial_epoch=3, verbose=0)
    assert history.epoch == [3, 4]


def test_stop_training_ends_after_the_batch(data: Any) -> None:
    batches = []

    class Stop(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            batches.append(batch)
            if batch == 2:
                self.model.stop_training = True

    history = compiled().fit(data.x, data.binary, epochs=3, batch_size=16, verbose=0, callbacks=[Stop()])
    assert batches == [0, 1, 2] and history.epoch == [0]


def test_steps_per_epoch_goes_on_where_it_stopped() -> None:
    seen: list[list[float]] = []

    class Peek(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(1)

        def call(self, x: Any, training: Any = None) -> Any:
            if training:
                seen.append(x.flatten().tolist())
            return self.dense(x)

    model = Peek()
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.arange(12, dtype="float32")[:, None]
    model.fit(x, x, batch_size=2, steps_per_epoch=4, epochs=3, shuffle=False, verbose=0)
    assert seen == [[float(2 * (i % 6)), float(2 * (i % 6) + 1)] for i in range(12)]


def test_steps_beyond_the_data_start_anew_with_a_word(data: Any) -> None:
    with pytest.warns(UserWarning, match="starts anew"):
        history = compiled().fit(data.x, data.binary, batch_size=32, steps_per_epoch=15, epochs=2, verbose=0)
    assert history.params["steps"] == 15


def test_steps_without_a_batch_size_divide_the_data(data: Any) -> None:
    history = compiled().fit(data.x, data.binary, steps_per_epoch=7, verbose=0)
    assert history.params["steps"] == 7


def test_shuffle(data: Any) -> None:
    weights = []
    for shuffle in (True, True, False, "batch"):
        torch.manual_seed(0)
        model = compiled()
        torch.manual_seed(3)
        model.fit(data.x, data.binary, shuffle=shuffle, verbose=0, batch_size=16)
        weights.append(model.get_weights()[0])
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2]) and not np.array_equal(weights[2], weights[3])


def test_epochs_and_steps_are_capped_by_the_environment(data: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "2")
    monkeypatch.setenv("KERAS_MAX_STEPS_PER_EPOCH", "3")
    with pytest.warns(UserWarning, match="Limiting"):
        history = compiled().fit(data.x, data.binary, epochs=9, batch_size=32, verbose=0)
    assert history.epoch == [0, 1] and history.params["steps"] == 3


def test_zero_epochs(data: Any) -> None:
    model = compiled()
    before = model.get_weights()
    assert model.fit(data.x, data.binary, epochs=0, verbose=0).history == {}
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_ctrl_c_leaves_a_consistent_model_and_ends_the_callbacks(data: Any) -> None:
    ended = []

    class Interrupt(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 3:
                raise KeyboardInterrupt

        def on_train_end(self, logs: Any = None) -> None:
            ended.append(True)

    model = compiled()
    with pytest.raises(KeyboardInterrupt):
        model.fit(data.x, data.binary, batch_size=16, verbose=0, callbacks=[Interrupt()])
    assert ended == [True] and not model.training
    assert int(model.optimizer.iterations) == 4
    model.fit(data.x, data.binary, verbose=0)


def test_a_signal_waits_for_the_end_of_the_step() -> None:
    import os
    import signal
    import time

    finished = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs behind it ignore this one

    class Slow(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(1)

        def train_step(self, data: Any) -> Any:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)  # the system may give it to any thread, and take a moment
            finished.append(len(finished))
            return {"loss": 0.0}

    model = Slow()
    model.compile("sgd", run_eagerly=True)
    try:
        with pytest.raises(KeyboardInterrupt):
            model.fit(np.zeros((8, 1), "float32"), verbose=0, batch_size=2)
        assert finished == [0]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_callback_that_raises_is_named(data: Any) -> None:
    def fail(epoch: int, logs: Any) -> None:
        raise ZeroDivisionError("oh")

    with pytest.raises(ZeroDivisionError) as caught:
        compiled().fit(data.x, data.binary, verbose=0, callbacks=[LambdaCallback(on_epoch_end=fail)])
    assert any("LambdaCallback" in note and "on_epoch_end" in note for note in caught.value.__notes__)


def test_old_arguments(data: Any) -> None:
    model = Sequential([Dense(1, input_dim=6)])
    model.compile("sgd", "mse", ["mae"])  # Keras 2 had the metrics third
    history = model.fit(data.x, data.binary, nb_epoch=2, verbose=0)
    assert len(history.history["mae"]) == 2 and history.history["mean_absolute_error"] == history.history["mae"]
    model.compile(loss="mse", optimizer="sgd", metrics="acc", sample_weight_mode=None, target_tensors=None)
    assert list(model.fit(data.x, data.binary, verbose=0).history) == ["loss", "acc"]
    assert history.params["samples"] == 320
    with pytest.raises(errors.UnknownArgumentError, match="validation_dat"):
        model.fit(data.x, data.binary, validation_dat=0)


def test_predict_classes(data: Any) -> None:
    model = compiled(3, "softmax")
    np.testing.assert_array_equal(model.predict_classes(data.x), model.predict(data.x).argmax(-1))
    np.testing.assert_array_equal(model.predict_proba(data.x), model.predict(data.x))


def test_predict_without_compile_and_in_other_forms(data: Any) -> None:
    model = Sequential([Dense(2)])
    out = model.predict(data.x[:5])
    assert out.shape == (5, 2) and out.flags.writeable
    np.testing.assert_allclose(model.predict(torch.from_numpy(data.x[:5])), out)
    np.testing.assert_allclose(model.predict(data.x[:5].tolist()), out, rtol=1e-6)
    np.testing.assert_allclose(model.predict(data.x[:5].astype("float64"), batch_size=2), out, rtol=1e-6)
    again = model.predict(data.x[:5])
    model.predict(data.x[5:10])
    np.testing.assert_allclose(again, out)


def test_predict_steps_and_callbacks(data: Any) -> None:
    model = Sequential([Dense(2)])
    seen = []
    hook = LambdaCallback(on_predict_batch_end=lambda batch, logs: seen.append((batch, tuple(logs["outputs"].shape))))
    out = model.predict(data.x, batch_size=100, callbacks=[hook])
    assert out.shape == (320, 2) and seen == [(0, (100, 2)), (1, (100, 2)), (2, (100, 2)), (3, (20, 2))]
    assert model.predict(data.x, batch_size=100, steps=2).shape == (200, 2)


def test_uncompiled(data: Any) -> None:
    model = Sequential([Dense(1)])
    for method in (model.fit, model.evaluate, model.train_on_batch, model.test_on_batch):
        with pytest.raises(errors.NotCompiledError, match="compile"):
            method(data.x, data.binary)


def test_captured_equals_eager(data: Any, same: Any) -> None:
    models = []
    for eagerly in (False, True):
        torch.manual_seed(0)
        model = compiled(3, "softmax", optimizer="adam", loss="sparse_categorical_crossentropy", run_eagerly=eagerly)
        torch.manual_seed(1)
        model.fit(data.x, data.classes, epochs=2, batch_size=48, verbose=0)
        models.append(model)
    same(*models, tolerance=1e-5)


def test_frozen_after_compile_is_trained_as_compiled(data: Any) -> None:
    """The way generative adversarial networks were written for Keras 1 and 2."""
    critic = Sequential([Dense(4, input_shape=(6,)), Dense(1)])
    critic.compile("sgd", "mse")
    critic.trainable = False
    maker = Sequential([Dense(6, input_shape=(6,))])
    both = Sequential([maker, critic])
    both.compile("sgd", "mse")
    frozen, free = critic.get_weights(), maker.get_weights()
    both.train_on_batch(data.x, data.binary)
    np.testing.assert_array_equal(critic.get_weights()[0], frozen[0])
    assert not np.array_equal(maker.get_weights()[0], free[0])
    with pytest.warns(UserWarning, match="trainable"):
        critic.train_on_batch(data.x, data.binary)
    assert not np.array_equal(critic.get_weights()[0], frozen[0])
    assert critic.trainable is False


def test_a_small_array_of_text_and_other_wrong_calls(data: Any) -> None:
    model = compiled()
    for wrong in (
        {"batch_size": 2.5},
        {"epochs": -1},
        {"verbose": 7},
        {"shuffle": "rows"},
        {"validation_freq": 0},
        {"validation_split": 1.5},
    ):
        with pytest.raises(errors.ArgumentError):
            model.fit(data.x, data.binary, **wrong)
