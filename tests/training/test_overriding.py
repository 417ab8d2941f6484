"""Models with a step, a loss or metrics of their own."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

from wubu import losses, metrics, optimizers
from wubu.data import unpack_x_y_sample_weight
from wubu.layers import Dense, Layer
from wubu.models import Model, Sequential


@pytest.fixture(autouse=True)
def no_fallback() -> Any:
    """Every step here can be captured."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*plain Python.*")
        yield


class TorchStyle(Model):
    """As Keras's guide for the torch backend has it."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = Dense(1)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)

    def train_step(self, data: Any) -> Any:
        x, y = data
        self.zero_grad()
        y_pred = self(x, training=True)
        loss = self.compute_loss(y=y, y_pred=y_pred)
        loss.backward()
        trainable_weights = list(self.trainable_weights)
        gradients = [v.value.grad for v in trainable_weights]
        with torch.no_grad():
            self.optimizer.apply(gradients, trainable_weights)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


class Tf2Style(TorchStyle):
    """As tf.keras's guide has it, but for the tape."""

    def train_step(self, data: Any) -> Any:
        x, y = data
        y_pred = self(x, training=True)
        loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
        gradients = torch.autograd.grad(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.compiled_metrics.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def weights_after(cls: Any, data: Any, epochs: int = 2) -> tuple[Any, Any]:
    torch.manual_seed(0)
    model = cls()
    model.compile("adam", "mse", metrics=["mae"])
    history = model.fit(
        data.x, data.binary, batch_size=30, epochs=epochs, shuffle=False, verbose=0, validation_split=0.25
    )
    return model.get_weights(), history.history


class Plain(TorchStyle):
    train_step = Model.train_step


@pytest.mark.parametrize("cls", [TorchStyle, Tf2Style])
def test_own_steps_train_as_the_default_does(data: Any, cls: Any) -> None:
    weights, history = weights_after(cls, data)
    expected, expected_history = weights_after(Plain, data)
    np.testing.assert_allclose(weights[0], expected[0], rtol=1e-5)
    assert set(history) == {"loss", "mae", "val_loss", "val_mae"}
    for name in history:
        np.testing.assert_allclose(history[name], expected_history[name], rtol=1e-4)


def test_own_step_agrees_with_keras(data: Any, keras_: Any) -> None:
    class Reference(keras_.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras_.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

        train_step = TorchStyle.train_step

    reference, ours = Reference(), TorchStyle()
    histories = []
    for model in (reference, ours):
        model(torch.from_numpy(data.x[:2]))
        model.set_weights([np.full((6, 1), 0.1, "float32"), np.zeros(1, "float32")])
        model.compile("rmsprop", "mse", metrics=["mae"])
        histories.append(model.fit(data.x, data.binary, batch_size=16, shuffle=False, verbose=0).history)
    np.testing.assert_allclose(ours.get_weights()[0], reference.get_weights()[0], rtol=1e-4)
    assert set(histories[0]) == set(histories[1])


def test_own_logs(data: Any) -> None:
    class Own(TorchStyle):
        def __init__(self) -> None:
            super().__init__()
            self.tracker = metrics.Mean(name="distance")

        @property
        def metrics(self) -> Any:
            return [self.tracker]

        def train_step(self, data: Any) -> Any:
            x, y = data
            loss = (self(x, training=True) - y).abs().mean()
            self.optimizer.apply(torch.autograd.grad(loss, self.trainable_weights), self.trainable_weights)
            self.tracker.update_state(loss)
            return {"distance": self.tracker.result()}

        def test_step(self, data: Any) -> Any:
            x, y = data
            self.tracker.update_state((self(x) - y).abs().mean())
            return {"distance": self.tracker.result()}

    model = Own()
    model.compile("adam")
    history = model.fit(data.x, data.binary, epochs=3, verbose=0, validation_data=(data.x, data.binary))
    assert list(history.history) == ["distance", "val_distance"]
    assert history.history["distance"][-1] < history.history["distance"][0]
    np.testing.assert_allclose(
        model.evaluate(data.x, data.binary, verbose=0), np.abs(model.predict(data.x) - data.binary).mean(), rtol=1e-4
    )


def test_values_of_the_last_step_are_logged_when_they_are_not_metrics(data: Any) -> None:
    class Own(TorchStyle):
        def train_step(self, data: Any) -> Any:
            super().train_step(data)
            return {"rows": torch.tensor(float(len(data[0]))), "constant": 3}

    model = Own()
    model.compile("sgd", "mse")
    history = model.fit(data.x, data.binary, batch_size=100, verbose=0).history
    assert history == {"rows": [20.0], "constant": [3.0]}


def test_a_generator_against_a_critic(data: Any) -> None:
    """Two models, two optimizers, a batch of inputs alone, and no call()."""

    class Gan(Model):
        def __init__(self, critic: Any, maker: Any) -> None:
            super().__init__()
            self.critic, self.maker = critic, maker
            self.critic_loss = metrics.Mean(name="d_loss")
            self.maker_loss = metrics.Mean(name="g_loss")

        @property
        def metrics(self) -> Any:
            return [self.critic_loss, self.maker_loss]

        def compile(self, d_optimizer: Any, g_optimizer: Any, loss_fn: Any) -> None:
            super().compile()
            self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

        def train_step(self, real: Any) -> Any:
            if isinstance(real, tuple):
                real = real[0]
            size = real.shape[0]
            noise = torch.randn(size, 4)
            both = torch.cat([self.maker(noise).detach(), real])
            labels = torch.cat([torch.ones(size, 1), torch.zeros(size, 1)])
            d_loss = self.loss_fn(labels, self.critic(both))
            self.d_optimizer.apply(
                torch.autograd.grad(d_loss, self.critic.trainable_weights), self.critic.trainable_weights
            )
            g_loss = self.loss_fn(torch.zeros(size, 1), self.critic(self.maker(torch.randn(size, 4))))
            self.g_optimizer.apply(
                torch.autograd.grad(g_loss, self.maker.trainable_weights), self.maker.trainable_weights
            )
            self.critic_loss.update_state(d_loss)
            self.maker_loss.update_state(g_loss)
            return {"d_loss": self.critic_loss.result(), "g_loss": self.maker_loss.result()}

    gan = Gan(Sequential([Dense(8, activation="relu"), Dense(1)]), Sequential([Dense(8, activation="relu"), Dense(6)]))
    gan.compile(optimizers.Adam(0.01), optimizers.Adam(0.01), losses.BinaryCrossentropy(from_logits=True))
    history = gan.fit(data.x, epochs=4, batch_size=32, verbose=0).history
    assert set(history) == {"d_loss", "g_loss"} and np.isfinite(history["g_loss"]).all()
    assert int(gan.d_optimizer.iterations) == 40
    assert gan.train_function.stepper.reason is None


def test_own_compute_loss(data: Any) -> None:
    class Own(TorchStyle):
        train_step = Model.train_step

        def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None) -> Any:
            return (y - y_pred).square().mean() + 0.1 * sum(w.square().sum() for w in self.trainable_weights)

    model = Own()
    model.compile("adam", metrics=["mae"])
    history = model.fit(data.x, data.binary, epochs=2, verbose=0).history
    assert list(history) == ["loss", "mae"] and history["loss"][1] < history["loss"][0]


def test_own_compute_metrics(data: Any) -> None:
    class Own(TorchStyle):
        train_step = Model.train_step

        def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
            results = super().compute_metrics(x, y, y_pred, sample_weight)
            results["largest"] = y_pred.max()
            return results

    model = Own()
    model.compile("adam", "mse", metrics=["mae"])
    history = model.fit(data.x, data.binary, epochs=2, verbose=0).history
    assert set(history) == {"loss", "mae", "largest"}


def test_own_predict_step(data: Any) -> None:
    class Own(TorchStyle):
        def predict_step(self, data: Any) -> Any:
            x, _, _ = unpack_x_y_sample_weight(data)
            return {"twice": 2 * self(x)}

    model = Own()
    out = model.predict(data.x)
    np.testing.assert_allclose(out["twice"], 2 * model(torch.from_numpy(data.x)).detach(), rtol=1e-6)


def test_add_loss_and_regularizers(twins: Any, same: Any, data: Any, keras_: Any) -> None:
    def make(k: Any) -> Any:
        class Penalty(k.layers.Layer):  # type: ignore[misc, name-defined]
            def call(self, x: Any) -> Any:
                self.add_loss(0.1 * (x * x).mean())
                return x

        return k.Sequential(
            [
                k.Input((6,)),
                k.layers.Dense(4, kernel_regularizer="l2", activity_regularizer=k.regularizers.L1(0.01)),
                Penalty(),
                k.layers.Dense(1),
            ]
        )

    from types import SimpleNamespace

    ours, reference = twins(make)
    histories = []
    for model in (ours, reference):
        model.compile("sgd", "mse")
        histories.append(model.fit(data.x, data.binary, batch_size=16, shuffle=False, verbose=0, epochs=2))
    same(*histories)
    same(ours, reference)
    assert SimpleNamespace and Layer


def test_only_added_losses_and_no_labels(data: Any) -> None:
    class Auto(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(6)

        def call(self, x: Any) -> Any:
            out = self.dense(x)
            self.add_loss((out - x).square().mean())
            return out

    model = Auto()
    model.compile("adam")
    history = model.fit(data.x, epochs=3, verbose=0).history
    assert history["loss"][2] < history["loss"][0]


def test_metrics_of_layers(data: Any) -> None:
    class Watched(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.mean = metrics.Mean(name="activity")

        def call(self, x: Any) -> Any:
            self.mean.update_state(x)
            return x

    model = Sequential([Dense(4, input_shape=(6,)), Watched(), Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    assert list(model.fit(data.x, data.binary, verbose=0).history) == ["loss", "mae", "activity"]


def test_functions_objects_and_classes_as_losses_and_metrics(data: Any) -> None:
    def distance(y_true: Any, y_pred: Any) -> Any:
        return (y_true - y_pred).abs().mean(-1)

    model = Sequential([Dense(1, input_shape=(6,))])
    model.compile("sgd", distance, metrics=[distance, metrics.MeanSquaredError(name="mine"), metrics.MeanAbsoluteError])
    history = model.fit(data.x, data.binary, verbose=0).history
    assert list(history) == ["loss", "distance", "mine", "mean_absolute_error"]
    np.testing.assert_allclose(history["loss"], history["distance"], rtol=1e-5)


def test_a_loss_per_sample_is_averaged(data: Any) -> None:
    model = Sequential([Dense(1, input_shape=(6,))])
    model.compile("sgd", losses.MeanSquaredError(reduction="none"))
    assert model.fit(data.x, data.binary, verbose=0).history["loss"][0] > 0


def test_steps_that_cannot_be_captured_still_train(data: Any) -> None:
    class Branch(TorchStyle):
        def train_step(self, data: Any) -> Any:
            x, y = data
            loss = (self(x) - y).square().mean()
            scale = 2.0 if float(loss) > 0.1 else 1.0
            self.optimizer.apply(torch.autograd.grad(scale * loss, self.trainable_weights), self.trainable_weights)
            return {"loss": float(loss)}

    model = Branch()
    model.compile("adam")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        history = model.fit(data.x, data.binary, epochs=3, verbose=0).history
    assert history["loss"][2] < history["loss"][0]
