# Keras 3: a GAN as a model with two optimizers and its own compile
import keras
import numpy as np
import torch
from keras import layers, ops

generator = keras.Sequential([keras.Input((4,)), layers.Dense(16), layers.LeakyReLU(negative_slope=0.2), layers.Dense(8)])
discriminator = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.LeakyReLU(0.2), layers.Dense(1)])


class GAN(keras.Model):
    def __init__(self, discriminator, generator, latent_dim):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim
        self.d_loss_tracker = keras.metrics.Mean(name="d_loss")
        self.g_loss_tracker = keras.metrics.Mean(name="g_loss")
        self.seed_generator = keras.random.SeedGenerator(1337)
        self.built = True

    @property
    def metrics(self):
        return [self.d_loss_tracker, self.g_loss_tracker]

    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    def train_step(self, real):
        batch_size = ops.shape(real)[0]
        noise = keras.random.normal((batch_size, self.latent_dim), seed=self.seed_generator)
        combined = ops.concatenate([self.generator(noise), real], axis=0)
        labels = ops.concatenate([ops.ones((batch_size, 1)), ops.zeros((batch_size, 1))], axis=0)
        self.zero_grad()
        d_loss = self.loss_fn(labels, self.discriminator(combined))
        d_loss.backward()
        weights = self.discriminator.trainable_weights
        with torch.no_grad():
            self.d_optimizer.apply([w.value.grad for w in weights], weights)
        self.zero_grad()
        noise = keras.random.normal((batch_size, self.latent_dim), seed=self.seed_generator)
        g_loss = self.loss_fn(ops.zeros((batch_size, 1)), self.discriminator(self.generator(noise)))
        g_loss.backward()
        weights = self.generator.trainable_weights
        with torch.no_grad():
            self.g_optimizer.apply([w.value.grad for w in weights], weights)
        self.d_loss_tracker.update_state(d_loss)
        self.g_loss_tracker.update_state(g_loss)
        return {"d_loss": self.d_loss_tracker.result(), "g_loss": self.g_loss_tracker.result()}


gan = GAN(discriminator, generator, 4)
gan.compile(keras.optimizers.Adam(0.0003), keras.optimizers.Adam(0.0003),
            keras.losses.BinaryCrossentropy(from_logits=True))
data = np.random.RandomState(0).rand(64, 8).astype("float32")
history = gan.fit(data, epochs=2, batch_size=16)
print(history.history)
