# Keras 2: a DCGAN with Conv2DTranspose, combined model, K.get_value and K.set_value of the rate
import numpy as np
from keras import backend as K
from keras.layers import BatchNormalization, Conv2D, Conv2DTranspose, Dense, Dropout, Flatten, Input, Reshape
from keras.layers.advanced_activations import LeakyReLU
from keras.models import Model, Sequential
from keras.optimizers import Adam

generator = Sequential([
    Dense(4 * 4 * 8, input_dim=6), Reshape((4, 4, 8)), BatchNormalization(momentum=0.8), LeakyReLU(alpha=0.2),
    Conv2DTranspose(1, kernel_size=4, strides=2, padding='same', activation='tanh')])
discriminator = Sequential([
    Conv2D(8, kernel_size=3, strides=2, input_shape=(8, 8, 1), padding='same'), LeakyReLU(alpha=0.2), Dropout(0.25),
    Flatten(), Dense(1, activation='sigmoid')])
optimizer = Adam(0.0002, 0.5)
discriminator.compile(loss='binary_crossentropy', optimizer=optimizer, metrics=['accuracy'])
z = Input(shape=(6,))
discriminator.trainable = False
combined = Model(z, discriminator(generator(z)))
combined.compile(loss='binary_crossentropy', optimizer=Adam(0.0002, 0.5))
K.set_value(combined.optimizer.lr, 0.001)
assert abs(K.get_value(combined.optimizer.lr) - 0.001) < 1e-9

images = np.random.RandomState(0).rand(32, 8, 8, 1) * 2 - 1
for epoch in range(3):
    noise = np.random.normal(0, 1, (16, 6))
    fake = generator.predict(noise)
    d_loss = 0.5 * np.add(discriminator.train_on_batch(images[:16], np.ones((16, 1))),
                          discriminator.train_on_batch(fake, np.zeros((16, 1))))
    g_loss = combined.train_on_batch(noise, np.ones((16, 1)))
    print("%d [D loss: %f, acc.: %.2f%%] [G loss: %f]" % (epoch, d_loss[0], 100 * d_loss[1], g_loss))
