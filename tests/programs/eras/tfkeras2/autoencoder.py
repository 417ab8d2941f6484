# tf.keras 2: a convolutional VAE with GradientTape, tf.Module-free helper functions and tf.function
import numpy as np
import tensorflow as tf


class CVAE(tf.keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = tf.keras.Sequential([
            tf.keras.layers.InputLayer(input_shape=(8, 8, 1)),
            tf.keras.layers.Conv2D(4, 3, strides=(2, 2), activation='relu'),
            tf.keras.layers.Flatten(), tf.keras.layers.Dense(latent_dim + latent_dim)])
        self.decoder = tf.keras.Sequential([
            tf.keras.layers.InputLayer(input_shape=(latent_dim,)),
            tf.keras.layers.Dense(4 * 4 * 4, activation=tf.nn.relu), tf.keras.layers.Reshape(target_shape=(4, 4, 4)),
            tf.keras.layers.Conv2DTranspose(1, 3, strides=2, padding='same')])

    def encode(self, x):
        mean, logvar = tf.split(self.encoder(x), num_or_size_splits=2, axis=1)
        return mean, logvar

    def reparameterize(self, mean, logvar):
        return tf.random.normal(shape=mean.shape) * tf.exp(logvar * .5) + mean

    def decode(self, z):
        return self.decoder(z)


def compute_loss(model, x):
    mean, logvar = model.encode(x)
    logits = model.decode(model.reparameterize(mean, logvar))
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=x)
    kl = -0.5 * tf.reduce_sum(1 + logvar - tf.square(mean) - tf.exp(logvar), axis=1)
    return tf.reduce_mean(tf.reduce_sum(entropy, axis=[1, 2, 3]) + kl)


@tf.function
def train_step(model, x, optimizer):
    with tf.GradientTape() as tape:
        loss = compute_loss(model, x)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


images = (np.random.RandomState(0).rand(64, 8, 8, 1) > .7).astype('float32')
dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(64).batch(16)
model = CVAE(2)
optimizer = tf.keras.optimizers.Adam(1e-2)
first = float(compute_loss(model, tf.constant(images)))
for epoch in range(4):
    loss = tf.keras.metrics.Mean()
    for batch in dataset:
        loss(train_step(model, batch, optimizer))
    print(f'Epoch: {epoch}, loss: {loss.result()}')
assert float(compute_loss(model, tf.constant(images))) < first
