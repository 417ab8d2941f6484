"""The ways of working that Keras's guides teach, as programs: each trains captured, without a warning, and its loss falls."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

import wubu as keras
from wubu import layers, ops
from wubu.engine.stepper import EagerFallbackWarning

N = 96


@pytest.fixture(autouse=True)
def no_falling_back() -> Any:
    keras.utils.set_random_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", EagerFallbackWarning)
        yield


def table(columns: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Numbers, and which of three planes they lie beyond."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, columns)).astype("float32")
    return x, (x @ rng.normal(size=(columns, 3))).argmax(1)


def pictures() -> tuple[np.ndarray, np.ndarray]:
    """Bright in one of two halves."""
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 0.3, (N, 12, 12, 1)).astype("float32"), rng.integers(0, 2, N)
    x[y == 1, :6] += 0.7
    return x, y


def trained(model: Any, *data: Any, epochs: int = 12, name: str = "loss", **options: Any) -> list[float]:
    """The losses of a training, which have to fall by a fifth, captured."""
    history = model.fit(*data, epochs=epochs, batch_size=16, verbose=0, **options).history[name]
    assert model.train_function.stepper.reason is None and model.train_function.stepper.programs
    assert history[-1] < 0.8 * history[0], history
    return history


# --- the functional API -------------------------------------------------------------------------------------------


def test_several_inputs_and_outputs() -> None:
    text, tags = keras.Input((None,), name="text", dtype="int32"), keras.Input((4,), name="tags")
    words = layers.LSTM(8)(layers.Embedding(20, 8, mask_zero=True)(text))
    both = layers.concatenate([words, tags])
    urgent = layers.Dense(1, name="urgent", activation="sigmoid")(both)
    office = layers.Dense(3, name="office")(both)
    model = keras.Model([text, tags], {"urgent": urgent, "office": office})
    model.compile(
        keras.optimizers.RMSprop(0.01),
        {"urgent": "binary_crossentropy", "office": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"urgent": 1.0, "office": 0.2},
        metrics={"office": ["accuracy"]},
    )
    rng = np.random.default_rng(0)
    x = {"text": rng.integers(0, 20, (N, 7)), "tags": rng.normal(size=(N, 4)).astype("float32")}
    y = {"urgent": (x["tags"][:, 0] > 0).astype("float32")[:, None], "office": x["tags"][:, 1:].argmax(1)}
    trained(model, x, y, validation_split=0.25)
    assert set(model.evaluate(x, y, verbose=0, return_dict=True)) >= {"loss", "office_accuracy"}


def test_shared_layers_and_models_within_models() -> None:
    base = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(4)], name="base")
    left, right = keras.Input((6,)), keras.Input((6,))
    distance = ops.sum(ops.square(base(left) - base(right)), axis=-1, keepdims=True)
    model = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(distance))
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
    (a, b), y = (table(seed=i)[0] for i in range(2)), (np.arange(N) % 2).astype("float32")
    b = np.where(y[:, None] > 0, a + 0.1, b)
    trained(model, [a, b], y, epochs=20)
    assert len(model.trainable_weights) == 6


def test_an_autoencoder_reuses_its_encoder() -> None:
    inputs = keras.Input((12, 12, 1))
    x = layers.MaxPooling2D()(layers.Conv2D(8, 3, padding="same", activation="relu")(inputs))
    encoder = keras.Model(inputs, x, name="encoder")
    code = keras.Input(encoder.output.shape[1:])
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu")(code)
    decoder = keras.Model(code, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x), name="decoder")
    model = keras.Model(inputs, decoder(encoder(inputs)))
    model.compile("adam", "mse")
    x, _ = pictures()
    trained(model, x, x)
    assert encoder.predict(x[:3], verbose=0).shape == (3, 6, 6, 8)


# --- subclassing --------------------------------------------------------------------------------------------------


class Linear(layers.Layer):
    def __init__(self, units: int = 8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")

    def call(self, inputs: Any) -> Any:
        self.calls.assign_add(1.0)
        return ops.matmul(inputs, self.w) + self.b


class Penalty(layers.Layer):
    def __init__(self, rate: float = 1e-2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate

    def call(self, inputs: Any) -> Any:
        self.add_loss(self.rate * ops.mean(ops.square(inputs)))
        return inputs


class Blocks(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = [Linear(8), Linear(8)]
        self.penalty, self.dropout = Penalty(), layers.Dropout(0.1)
        self.last = layers.Dense(3)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        x = inputs
        for block in self.blocks:
            x = ops.relu(block(x))
        return self.last(self.dropout(self.penalty(x), training=training))


def test_layers_and_models_of_ones_own() -> None:
    model = Blocks()
    model.compile(
        keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"]
    )
    trained(model, *table())
    assert float(model.blocks[0].calls) == 12 * N / 16
    assert len(model.losses) == 1


class Sampling(layers.Layer):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs: Any) -> Any:
        mean, log_var = inputs
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seed_generator)


class VAE(keras.Model):
    """With a train step of its own and three trackers, as in the guide for torch."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        inputs = keras.Input((12, 12, 1))
        x = layers.Dense(16, activation="relu")(layers.Flatten()(inputs))
        moments = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)
        self.encoder = keras.Model(inputs, [*moments, Sampling()(moments)])
        self.decoder = keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(16, activation="relu"),
                layers.Dense(144, activation="sigmoid"),
                layers.Reshape((12, 12, 1)),
            ]
        )
        self.trackers = [keras.metrics.Mean(name=n) for n in ("loss", "reconstruction_loss", "kl_loss")]

    @property
    def metrics(self) -> Any:
        return self.trackers

    def train_step(self, data: Any) -> Any:
        x = data[0] if isinstance(data, tuple) else data
        mean, log_var, z = self.encoder(x)
        reconstruction = ops.mean(ops.sum(keras.losses.binary_crossentropy(x, self.decoder(z)), axis=(1, 2)))
        kl = ops.mean(ops.sum(-0.5 * (1 + log_var - ops.square(mean) - ops.exp(log_var)), axis=1))
        total = reconstruction + kl
        self.zero_grad()
        total.backward()
        weights = self.trainable_weights
        with torch.no_grad():
            self.optimizer.apply([w.value.grad for w in weights], weights)
        for tracker, value in zip(self.trackers, (total, reconstruction, kl), strict=True):
            tracker.update_state(value)
        return {m.name: m.result() for m in self.metrics}


def test_a_variational_autoencoder() -> None:
    model = VAE()
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    x, _ = pictures()
    trained(model, x, epochs=15)
    assert float(model.trackers[2].result()) > 0


class GAN(keras.Model):
    """Two models, two optimizers, two losses, as in the guide."""

    def __init__(self, critic: Any, maker: Any, size: int) -> None:
        super().__init__()
        self.critic, self.maker, self.size = critic, maker, size
        self.d_tracker, self.g_tracker = keras.metrics.Mean(name="d_loss"), keras.metrics.Mean(name="g_loss")
        self.seeds = keras.random.SeedGenerator(7)
        self.built = True

    def compile(self, d_optimizer: Any, g_optimizer: Any, loss_fn: Any) -> None:
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    @property
    def metrics(self) -> Any:
        return [self.d_tracker, self.g_tracker]

    def train_step(self, real: Any) -> Any:
        batch = ops.shape(real)[0]
        codes = keras.random.normal((batch, self.size), seed=self.seeds)
        both = ops.concatenate([self.maker(codes), real], axis=0)
        labels = ops.concatenate([ops.ones((batch, 1)), ops.zeros((batch, 1))], axis=0)
        labels = labels + 0.05 * keras.random.uniform(ops.shape(labels), seed=self.seeds)
        self.zero_grad()
        d_loss = self.loss_fn(labels, self.critic(both))
        d_loss.backward()
        with torch.no_grad():
            weights = self.critic.trainable_weights
            self.d_optimizer.apply([w.value.grad for w in weights], weights)
        self.zero_grad()
        g_loss = self.loss_fn(ops.zeros((batch, 1)), self.critic(self.maker(codes)))
        g_loss.backward()
        with torch.no_grad():
            weights = self.maker.trainable_weights
            self.g_optimizer.apply([w.value.grad for w in weights], weights)
        self.d_tracker.update_state(d_loss)
        self.g_tracker.update_state(g_loss)
        return {"d_loss": self.d_tracker.result(), "g_loss": self.g_tracker.result()}


def test_a_generative_adversarial_network() -> None:
    critic = keras.Sequential([keras.Input((6,)), layers.Dense(16), layers.LeakyReLU(), layers.Dense(1)])
    maker = keras.Sequential([keras.Input((4,)), layers.Dense(16, activation="relu"), layers.Dense(6)])
    model = GAN(critic, maker, 4)
    model.compile(
        keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.002), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    real = table()[0] + 4
    before = [w.detach().clone() for w in maker.weights]
    trained(model, real, epochs=8, name="d_loss")
    assert all(not torch.equal(a, b) for a, b in zip(before, maker.weights, strict=True))
    assert int(model.d_optimizer.iterations) == int(model.g_optimizer.iterations) == 8 * N // 16


# --- train steps of one's own -------------------------------------------------------------------------------------


class Weighted(keras.Model):
    """A step that unpacks weights of samples and calls compute_loss, with a test step beside it."""

    def train_step(self, data: Any) -> Any:
        x, y, sample_weight = data if len(data) == 3 else (*data, None)
        self.zero_grad()
        y_pred = self(x, training=True)
        loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)
        loss.backward()
        weights = list(self.trainable_weights)
        with torch.no_grad():
            self.optimizer.apply([v.value.grad for v in weights], weights)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred, sample_weight=sample_weight)
        return {m.name: m.result() for m in self.metrics}

    def test_step(self, data: Any) -> Any:
        x, y = data
        y_pred = self(x, training=False)
        self.compute_loss(y=y, y_pred=y_pred)
        for metric in self.metrics:
            if metric.name != "loss":
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def test_a_step_with_weights_of_samples() -> None:
    inputs = keras.Input((6,))
    model = Weighted(inputs, layers.Dense(3, activation="softmax")(layers.Dense(16, activation="relu")(inputs)))
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = table()
    weights = np.random.default_rng(0).uniform(0.5, 1.5, N).astype("float32")
    trained(model, x, y, sample_weight=weights, validation_data=(x, y))
    assert model.evaluate(x, y, verbose=0)[1] > 0.5


class Accumulating(keras.Model):
    """Adds gradients up over steps by hand, and applies them every fourth time without asking a value."""

    def __init__(self, every: int = 4) -> None:
        super().__init__()
        self.hidden, self.last, self.every = layers.Dense(16, activation="relu"), layers.Dense(3), every

    def build(self, input_shape: Any) -> None:
        self.hidden.build(input_shape)
        self.last.build((None, 16))
        self.sums = [keras.Variable(np.zeros(w.shape, "float32"), trainable=False) for w in self.trainable_weights]
        self.step = keras.Variable(0, dtype="int64", trainable=False)

    def call(self, x: Any) -> Any:
        return self.last(self.hidden(x))

    def train_step(self, data: Any) -> Any:
        x, y = data
        weights = self.trainable_weights
        loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            self.step.assign_add(1)
            due = (self.step % self.every == 0).to(torch.float32)
            for w, total, g in zip(weights, self.sums, gradients, strict=True):
                total.assign_add(g)
                w.assign(w - due * 0.1 / self.every * total)
                total.assign(total * (1 - due))
        return {"loss": loss.detach()}


def test_gradients_added_up_by_hand() -> None:
    model = Accumulating()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    trained(model, *table(), epochs=80)
    assert int(model.step) == 80 * N // 16


def test_gradients_added_up_by_the_optimizer() -> None:
    x, y = table()
    results = []
    for size, steps in ((16, 4), (64, None)):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((6,)), layers.Dense(3, activation="softmax")])
        optimizer = keras.optimizers.SGD(0.5, gradient_accumulation_steps=steps)
        model.compile(optimizer, "sparse_categorical_crossentropy")
        model.fit(x[:64], y[:64], batch_size=size, epochs=10, shuffle=False, verbose=0)
        assert model.train_function.stepper.reason is None
        results.append(model.get_weights()[0])
    np.testing.assert_allclose(results[0], results[1], rtol=1e-3, atol=1e-5)


# --- transfer learning --------------------------------------------------------------------------------------------


def test_freezing_replacing_the_top_and_fine_tuning() -> None:
    x, y = pictures()
    base = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(8, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
        ]
    )
    old = keras.Sequential([base, layers.Dense(4, activation="softmax")])
    old.compile("adam", "sparse_categorical_crossentropy")
    old.fit(x, (y + np.arange(N)) % 4, verbose=0)

    base.trainable = False
    inputs = keras.Input((12, 12, 1))
    features = base(layers.RandomFlip("horizontal")(inputs), training=False)
    model = keras.Model(inputs, layers.Dense(1)(layers.Dropout(0.1)(features)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.1), loss, [keras.metrics.BinaryAccuracy(threshold=0.0)])
    assert len(model.trainable_weights) == 2
    frozen = [w.detach().clone() for w in base.weights]
    trained(model, x, y, epochs=15)
    assert all(torch.equal(a, b) for a, b in zip(frozen, base.weights, strict=True))

    base.trainable = True
    model.compile(keras.optimizers.Adam(1e-3), loss, [keras.metrics.BinaryAccuracy(threshold=0.0)])
    before = model.evaluate(x, y, verbose=0)[0]
    model.fit(x, y, epochs=3, batch_size=16, verbose=0)
    assert model.train_function.stepper.reason is None
    assert model.evaluate(x, y, verbose=0)[0] < before
    moved = [not torch.equal(a, b) for a, b in zip(frozen, base.weights, strict=True)]
    assert moved == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]  # kernel, bias, gamma, beta; the means were called for inference


def test_trainable_toggled_between_compiles() -> None:
    """As older generative networks are trained: the critic alone, then the maker through a frozen critic."""
    critic = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")]
    )
    critic.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    critic.trainable = False
    code = keras.Input((4,))
    maker = keras.Sequential([keras.Input((4,)), layers.Dense(6)])
    stacked = keras.Model(code, critic(maker(code)))
    stacked.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    assert len(stacked.trainable_weights) == 2
    x, _ = table()
    rng = np.random.default_rng(0)
    losses = []
    for _ in range(30):
        codes = rng.normal(size=(32, 4)).astype("float32")
        real = x[rng.integers(0, N, 32)] + 3
        both = np.concatenate([real, maker.predict(codes, verbose=0)])
        losses.append(critic.train_on_batch(both, np.r_[np.ones(32), np.zeros(32)].astype("float32")))
        kept = [w.detach().clone() for w in critic.weights]
        stacked.train_on_batch(codes, np.ones(32, "float32"))
        assert all(torch.equal(a, b) for a, b in zip(kept, critic.weights, strict=True))
    assert np.mean(losses[-3:]) < 0.8 * np.mean(losses[:3])
    assert not torch.equal(kept[0], torch.zeros_like(kept[0]))


# --- parts of one's own -------------------------------------------------------------------------------------------


class Huberish(keras.losses.Loss):
    def __init__(self, width: float = 1.0, name: str = "huberish", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.width = width

    def call(self, y_true: Any, y_pred: Any) -> Any:
        error = ops.abs(y_true - y_pred)
        return ops.mean(ops.where(error < self.width, 0.5 * error**2, self.width * (error - 0.5 * self.width)), axis=-1)


class TruePositives(keras.metrics.Metric):
    def __init__(self, name: str = "hits", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.hits = self.add_variable(shape=(), initializer="zeros", name="hits")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        found = ops.cast(ops.logical_and(y_true > 0, y_pred > 0), "float32")
        if sample_weight is not None:
            found = found * ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        self.hits.assign(self.hits + ops.sum(found))

    def result(self) -> Any:
        return self.hits

    def reset_state(self) -> None:
        self.hits.assign(0.0)


class Momentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate: Any = 0.05, decay: float = 0.9, **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, name=kwargs.pop("name", "momentum"), **kwargs)
        self.decay = decay

    def build(self, variables: Any) -> None:
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, name="velocity") for v in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        velocity = self.velocities[self._get_variable_index(variable)]
        self.assign(velocity, self.decay * velocity - learning_rate * gradient)
        self.assign_add(variable, velocity)


class Halving(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, start: float, every: int) -> None:
        self.start, self.every = start, every

    def __call__(self, step: Any) -> Any:
        return self.start * 0.5 ** ops.floor(ops.cast(step, "float32") / self.every)

    def get_config(self) -> dict[str, Any]:
        return {"start": self.start, "every": self.every}


class Sparse(keras.regularizers.Regularizer):
    def __call__(self, x: Any) -> Any:
        return 1e-3 * ops.sum(ops.abs(x))


class Bounded(keras.constraints.Constraint):
    def __call__(self, w: Any) -> Any:
        return ops.clip(w, -0.5, 0.5)


def test_losses_metrics_optimizers_and_the_rest_of_ones_own() -> None:
    x, _ = table()
    y = (x @ np.array([0.4, -0.3, 0.2, 0, 0, 0.1], "float32"))[:, None]
    dense = layers.Dense(1, kernel_regularizer=Sparse(), kernel_constraint=Bounded(), kernel_initializer="ones")
    model = keras.Sequential([keras.Input((6,)), dense])
    model.compile(Momentum(Halving(0.05, 40)), Huberish(0.7), metrics=[TruePositives()])
    trained(model, x, y, epochs=20)
    assert float(dense.kernel.abs().max()) <= 0.5
    expected = ((y > 0) & (model.predict(x, verbose=0) > 0)).sum()
    assert model.evaluate(x, y, verbose=0)[1] == expected
    assert int(model.optimizer.iterations) == 20 * N // 16


def test_metrics_of_layers_are_reported() -> None:
    class Watching(layers.Layer):
        def call(self, inputs: Any) -> Any:
            self.add_metric(ops.mean(ops.abs(inputs)), name="size")
            return inputs

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8), Watching(), layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    history = model.fit(*table(), epochs=2, verbose=0).history
    assert set(history) == {"loss", "size"} and history["size"][0] > 0


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision(policy: str) -> None:
    x, y = pictures()
    keras.mixed_precision.set_global_policy(policy)
    try:
        model = keras.Sequential(
            [
                keras.Input((12, 12, 1)),
                layers.Conv2D(8, 3, activation="relu"),
                layers.BatchNormalization(),
                layers.TimeDistributed(layers.Dense(6)),
                layers.Reshape((10, 60)),
                layers.Bidirectional(layers.GRU(4)),
                layers.Dense(2),
                layers.Activation("softmax", dtype="float32"),
            ]
        )
    finally:
        keras.mixed_precision.set_global_policy("float32")
    optimizer: Any = keras.optimizers.Adam(0.02)
    if policy == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=1024.0, dynamic_growth_steps=20)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    trained(model, x, y)
    assert all(w.dtype in ("float32", torch.float32) for w in model.trainable_weights)
    assert model.predict(x[:2], verbose=0).dtype == np.float32
    if policy == "mixed_float16":
        assert float(optimizer.dynamic_scale) > 1024.0


def test_sequences_with_masks_and_states() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, 20, 3)).astype("float32")
    x[:, 15:] = 0
    y = x[:, :, 0].cumsum(1)[:, 14:15]
    model = keras.Sequential(
        [
            keras.Input((20, 3)),
            layers.Masking(),
            layers.Bidirectional(layers.LSTM(8, return_sequences=True)),
            layers.RNN(layers.StackedRNNCells([layers.GRUCell(8), layers.LSTMCell(6)])),
            layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "mse")
    trained(model, x, y, epochs=10)
    stateful = keras.Sequential([keras.Input(batch_shape=(16, 5, 3)), layers.LSTM(8, stateful=True), layers.Dense(1)])
    stateful.compile(keras.optimizers.Adam(0.02), "mse")
    trained(stateful, x[:, :5], y * 0.2, epochs=12, shuffle=False)


def test_attention_over_words() -> None:
    class Block(layers.Layer):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.attention = layers.MultiHeadAttention(2, width // 2, dropout=0.1)
            self.network = keras.Sequential([layers.Dense(2 * width, activation="gelu"), layers.Dense(width)])
            self.norms = [layers.LayerNormalization(epsilon=1e-6) for _ in range(2)]

        def call(self, x: Any, mask: Any = None, training: bool | None = None) -> Any:
            x = self.norms[0](x + self.attention(x, x, training=training, use_causal_mask=True))
            return self.norms[1](x + self.network(x))

    class Positions(layers.Layer):
        def __init__(self, length: int, words: int, width: int) -> None:
            super().__init__()
            self.words, self.places = layers.Embedding(words, width), layers.Embedding(length, width)

        def call(self, x: Any) -> Any:
            return self.words(x) + self.places(ops.arange(0, ops.shape(x)[-1]))

    inputs = keras.Input((9,), dtype="int32")
    x = layers.GlobalAveragePooling1D()(Block(16)(Positions(9, 20, 16)(inputs)))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    words = np.random.default_rng(0).integers(0, 20, (N, 9))
    trained(model, words, (words == 3).any(1).astype("int32"), epochs=15)
