# tf.keras 2: a GAN with two optimizers and two tapes, from_logits losses, tf.train.Checkpoint
import os

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

generator = tf.keras.Sequential([layers.Dense(16, use_bias=False, input_shape=(4,)), layers.BatchNormalization(),
                                 layers.LeakyReLU(), layers.Dense(8, activation='tanh')])
discriminator = tf.keras.Sequential([layers.Dense(16, input_shape=(8,)), layers.LeakyReLU(), layers.Dropout(0.3),
                                     layers.Dense(1)])
cross_entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer, discriminator_optimizer = tf.keras.optimizers.Adam(1e-4), tf.keras.optimizers.Adam(1e-4)
checkpoint = tf.train.Checkpoint(generator_optimizer=generator_optimizer, generator=generator)


def discriminator_loss(real_output, fake_output):
    return (cross_entropy(tf.ones_like(real_output), real_output) +
            cross_entropy(tf.zeros_like(fake_output), fake_output))


@tf.function
def train_step(images):
    noise = tf.random.normal([16, 4])
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated = generator(noise, training=True)
        real_output = discriminator(images, training=True)
        fake_output = discriminator(generated, training=True)
        gen_loss = cross_entropy(tf.ones_like(fake_output), fake_output)
        disc_loss = discriminator_loss(real_output, fake_output)
    generator_optimizer.apply_gradients(
        zip(gen_tape.gradient(gen_loss, generator.trainable_variables), generator.trainable_variables))
    discriminator_optimizer.apply_gradients(
        zip(disc_tape.gradient(disc_loss, discriminator.trainable_variables), discriminator.trainable_variables))
    return gen_loss, disc_loss


images = np.random.RandomState(0).rand(64, 8).astype('float32') * 2 - 1
for epoch in range(2):
    for batch in tf.data.Dataset.from_tensor_slices(images).shuffle(64).batch(16):
        g, d = train_step(batch)
    print(epoch, float(g), d.numpy())
prefix = os.path.join('training_checkpoints', 'ckpt')
checkpoint.save(file_prefix=prefix)
checkpoint.restore(tf.train.latest_checkpoint('training_checkpoints'))
