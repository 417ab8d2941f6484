"""Training by hand: tapes, ``apply_gradients``, ``tf.function``, and overridden steps inside ``fit``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch


def model_of(tf: Any) -> Any:
    """The same small network every time."""
    tf.keras.utils.set_random_seed(1)
    return tf.keras.Sequential(
        [tf.keras.layers.Input((4,)), tf.keras.layers.Dense(8, activation=tf.nn.relu), tf.keras.layers.Dense(3)]
    )


def data() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.RandomState(0)
    return generator.rand(64, 4).astype("float32"), generator.randint(0, 3, 64)


def weights(model: Any) -> np.ndarray:
    return np.concatenate([w.reshape(-1) for w in model.get_weights()])


def fitted(tf: Any, epochs: int = 3) -> np.ndarray:
    """What ``fit`` makes of the network."""
    model = model_of(tf)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(tf.keras.optimizers.Adam(0.01), loss)
    x, y = data()
    model.fit(x, y, batch_size=16, epochs=epochs, shuffle=False, verbose=0)
    return weights(model)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "function"])
def test_a_loop_of_ones_own_makes_what_fit_makes(tf: Any, compiled: bool) -> None:
    model, optimizer = model_of(tf), tf.keras.optimizers.Adam(0.01)
    loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    mean, accuracy = tf.keras.metrics.Mean(), tf.keras.metrics.SparseCategoricalAccuracy()

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = loss_fn(y, logits)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        mean(loss)
        accuracy(y, logits)
        return loss

    run = tf.function(step) if compiled else step
    losses = []
    for _ in range(3):
        for x, y in tf.data.Dataset.from_tensor_slices(data()).batch(16):
            losses.append(float(run(x, y)))
    np.testing.assert_allclose(weights(model), fitted(tf), rtol=1e-4, atol=1e-6)
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    assert mean.result().numpy() == pytest.approx(np.mean(losses), rel=1e-5)
    assert 0 <= float(accuracy.result()) <= 1
    if compiled:
        assert run.experimental_get_tracing_count() == 1
        assert len(run._stepper.programs) == 1  # the step became a program


def test_what_a_model_gives_is_a_tensor_of_the_facade(tf: Any) -> None:
    model = model_of(tf)
    x, _ = data()
    for given in (x[:2], tf.constant(x[:2])):
        made = model(given)
        assert isinstance(made, tf.Tensor)
        assert made.shape.as_list() == [2, 3]
        assert made.numpy().shape == (2, 3)
    assert str(tf.nn.softmax(model(x[:1]))).startswith("tf.Tensor(")


def test_torch_sees_plain_tensors(tf: Any) -> None:
    model = model_of(tf)
    made = model(torch.ones(2, 4))
    made.sum().backward()
    assert model.trainable_weights[0].grad is not None


def test_an_overridden_step_is_captured_and_makes_what_fit_makes(tf: Any) -> None:
    class Own(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model_of(tf)
            self.seen: list[Any] = []

        def call(self, x: Any, training: bool = False) -> Any:
            assert x.shape.as_list()[1] == 4 or x.shape[-1] == 4
            return self.inner(x, training=training)

        def train_step(self, batch: Any) -> Any:
            x, y = batch
            self.seen.append(type(x))
            rows = tf.shape(x)[0]
            noise = tf.zeros((rows, 4))
            with tf.GradientTape() as tape:
                logits = self(x + noise, training=True)
                loss = self.compute_loss(x, y, logits)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            return {"loss": loss}

    model = Own()
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss=loss)
    x, y = data()
    history = model.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0)
    np.testing.assert_allclose(weights(model), fitted(tf), rtol=1e-4, atol=1e-6)
    assert issubclass(model.seen[0], tf.Tensor)
    assert len(model.seen) < 12, "twelve steps ran, so some of them were replays"
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_two_tapes_over_one_pass(tf: Any) -> None:
    """As generative adversarial networks train."""
    generator = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(3)])
    critic = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1)])
    optimizers = [tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)]

    def step(real: Any) -> Any:
        noise = tf.ones((4, 2))
        with tf.GradientTape() as first, tf.GradientTape() as second:
            fake = generator(noise, training=True)
            good, bad = critic(real, training=True), critic(fake, training=True)
            loss_of_generator = tf.reduce_mean(bad)
            loss_of_critic = tf.reduce_mean(good - bad)
        a = first.gradient(loss_of_generator, generator.trainable_variables)
        b = second.gradient(loss_of_critic, critic.trainable_variables)
        optimizers[0].apply_gradients(zip(a, generator.trainable_variables))
        optimizers[1].apply_gradients(zip(b, critic.trainable_variables))
        return loss_of_generator, loss_of_critic

    before = weights(generator), weights(critic)
    for run in (step, tf.function(step)):
        for _ in range(3):
            made = run(tf.ones((4, 3)))
            assert all(np.isfinite(m.numpy()) for m in made)
    assert not np.allclose(before[0], weights(generator))
    assert not np.allclose(before[1], weights(critic))


def test_a_gradient_penalty(tf: Any) -> None:
    critic = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1, kernel_initializer="ones")])
    x = tf.constant([[1.0, 2.0, 3.0]])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            score = critic(x)
        slope = inner.gradient(score, x)
        penalty = tf.reduce_sum(tf.square(slope))
    found = outer.gradient(penalty, critic.trainable_variables)
    assert penalty.numpy() == pytest.approx(3.0)
    np.testing.assert_allclose(found[0].numpy(), 2 * np.ones((3, 1)))


def test_a_layer_with_variables_of_the_facade(tf: Any) -> None:
    class Scale(tf.keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.factor = tf.Variable(2.0, name="factor")

        def call(self, inputs: Any) -> Any:
            batch = tf.shape(inputs)[0]
            return tf.reshape(inputs, (batch, -1)) * self.factor

    model = tf.keras.Sequential([tf.keras.layers.Input((2, 2)), Scale(), tf.keras.layers.Dense(1)])
    assert model.layers[0].trainable_variables[0].name == "factor:0"
    model.compile("sgd", "mse")
    before = float(model.layers[0].factor)
    model.fit(np.ones((8, 2, 2), "float32"), np.zeros((8, 1)), epochs=2, verbose=0)
    assert float(model.layers[0].factor) != before
    assert model.predict(np.ones((3, 2, 2)), verbose=0).shape == (3, 1)


def test_functions_of_tf_in_a_functional_model(tf: Any) -> None:
    inputs = tf.keras.Input((4,))
    hidden = tf.nn.relu(tf.keras.layers.Dense(4)(inputs))
    pooled = tf.reduce_mean(tf.expand_dims(hidden, -1), axis=1)
    model = tf.keras.Model(inputs, tf.concat([pooled, tf.cast(pooled > 0, tf.float32)], axis=-1))
    assert model.output_shape == (None, 2)
    assert model.predict(np.ones((3, 4), "float32"), verbose=0).shape == (3, 2)


def test_a_loss_and_a_metric_of_ones_own_in_fit(tf: Any) -> None:
    def squared(y_true: Any, y_pred: Any) -> Any:
        return tf.reduce_mean(tf.square(tf.cast(y_true, y_pred.dtype) - y_pred), axis=-1)

    class Largest(tf.keras.metrics.Metric):
        def __init__(self) -> None:
            super().__init__(name="largest")
            self.total = self.add_weight(name="total", initializer="zeros")

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            self.total.assign(tf.maximum(self.total, tf.reduce_max(tf.cast(y_pred, tf.float32))))

        def result(self) -> Any:
            return self.total

    model = model_of(tf)
    model.compile("adam", loss=squared, metrics=[Largest()])
    x, _ = data()
    history = model.fit(x, np.zeros((64, 3)), epochs=1, verbose=0)
    assert history.history["largest"][0] > 0


def test_nothing_is_recorded_without_a_tape(tf: Any) -> None:
    weight = tf.Variable([1.0, 2.0])
    made = weight * 2.0
    assert not made.requires_grad
    assert not model_of(tf)(tf.ones((1, 4))).requires_grad


def test_gradients_of_embeddings_are_whole(tf: Any) -> None:
    table = tf.Variable(tf.ones((5, 2)))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table, [0, 0, 3]))
    assert tape.gradient(loss, table).numpy()[:, 0].tolist() == [2.0, 0.0, 0.0, 1.0, 0.0]


def test_batch_jacobians_and_products(tf: Any) -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    np.testing.assert_allclose(tape.batch_jacobian(y, x).numpy(), [np.diag([2.0, 4.0]), np.diag([6.0, 8.0])])
    point = tf.constant([2.0, 3.0])
    with tf.autodiff.ForwardAccumulator(point, tf.constant([1.0, 0.0])) as products:
        value = tf.reduce_sum(point**3)
    assert products.jvp(value).numpy() == pytest.approx(12.0)
