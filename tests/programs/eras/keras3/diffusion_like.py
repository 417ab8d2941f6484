"""A model with its own step for any backend, by compute_loss and train_step on ops (Keras 3)."""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
from keras import layers, ops


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        batch, dim = ops.shape(z_mean)[0], ops.shape(z_mean)[1]
        epsilon = keras.random.normal(shape=(batch, dim), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


class VAE(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")
        self.flat = layers.Flatten()
        self.mean, self.spread, self.sample = layers.Dense(2), layers.Dense(2), Sampling()
        self.up = keras.Sequential([
            layers.Dense(4 * 4 * 4, activation="relu"), layers.Reshape((4, 4, 4)),
            layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 3, padding="same", activation="sigmoid"),
        ])
        self.kl_tracker = keras.metrics.Mean(name="kl_loss")

    @property
    def metrics(self):
        return [*super().metrics, self.kl_tracker]

    def call(self, x):
        h = self.flat(self.hidden(x))
        z_mean, z_log_var = self.mean(h), self.spread(h)
        kl = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        kl = ops.mean(ops.sum(kl, axis=1))
        self.kl_tracker.update_state(kl)
        self.add_loss(0.01 * kl)
        return self.up(self.sample([z_mean, z_log_var]))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = ops.mean(ops.sum(keras.losses.binary_crossentropy(x, y_pred), axis=(1, 2)))
        return loss + sum(self.losses)


x = np.random.rand(32, 8, 8, 1).astype("float32")
model = VAE()
model.compile(optimizer=keras.optimizers.Adam(0.01))
history = model.fit(x, epochs=8, batch_size=16, verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0], history.history
assert "kl_loss" in history.history
