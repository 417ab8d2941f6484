# Keras 3: a VAE whose train_step is written for torch, a Sampling layer with a SeedGenerator
import keras
import numpy as np
import torch
from keras import layers, ops


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(shape=(ops.shape(z_mean)[0], ops.shape(z_mean)[1]), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


encoder_inputs = keras.Input(shape=(20,))
x = layers.Dense(16, activation="relu")(encoder_inputs)
z_mean, z_log_var = layers.Dense(2)(x), layers.Dense(2)(x)
encoder = keras.Model(encoder_inputs, [z_mean, z_log_var, Sampling()([z_mean, z_log_var])], name="encoder")
latent = keras.Input(shape=(2,))
decoder = keras.Model(latent, layers.Dense(20, activation="sigmoid")(layers.Dense(16, activation="relu")(latent)))


class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder, decoder
        self.tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.tracker]

    def train_step(self, data):
        self.zero_grad()
        z_mean, z_log_var, z = self.encoder(data)
        reconstruction = self.decoder(z)
        entropy = ops.mean(20 * keras.losses.binary_crossentropy(data, reconstruction))
        kl = ops.mean(ops.sum(-0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var)), axis=1))
        loss = entropy + kl
        loss.backward()
        weights = self.trainable_weights
        gradients = [w.value.grad for w in weights]
        with torch.no_grad():
            self.optimizer.apply(gradients, weights)
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}


vae = VAE(encoder, decoder)
vae.compile(optimizer=keras.optimizers.Adam(1e-2))
data = (np.random.RandomState(0).rand(64, 20) > 0.5).astype("float32")
losses = vae.fit(data, epochs=3, batch_size=16, verbose=2).history["loss"]
assert losses[-1] < losses[0]
