# Keras 1: a GAN with BatchNormalization(mode=2), LeakyReLU, initializations.normal, trainable toggled, train_on_batch
import numpy as np
from keras import initializations
from keras.layers import BatchNormalization, Dense, Input
from keras.layers.advanced_activations import LeakyReLU
from keras.models import Model, Sequential
from keras.optimizers import Adam


def init(shape, name=None):
    return initializations.normal(shape, scale=0.02, name=name)


generator = Sequential()
generator.add(Dense(16, input_dim=4, init=init))
generator.add(LeakyReLU(0.2))
generator.add(BatchNormalization(mode=2))
generator.add(Dense(8, activation='tanh', init=init))

discriminator = Sequential()
discriminator.add(Dense(16, input_dim=8, init=init))
discriminator.add(LeakyReLU(0.2))
discriminator.add(Dense(1, activation='sigmoid'))
discriminator.compile(loss='binary_crossentropy', optimizer=Adam(lr=0.0002, beta_1=0.5))

discriminator.trainable = False
gan_input = Input(shape=(4,))
gan = Model(input=gan_input, output=discriminator(generator(gan_input)))
gan.compile(loss='binary_crossentropy', optimizer=Adam(lr=0.0002, beta_1=0.5))

rs = np.random.RandomState(0)
for step in range(4):
    noise = rs.normal(0, 1, size=(16, 4))
    real = rs.uniform(-1, 1, size=(16, 8))
    X = np.concatenate([real, generator.predict(noise)])
    y = np.array([0.9] * 16 + [0.] * 16)
    before = discriminator.get_weights()[0].copy()
    discriminator.trainable = True
    dloss = discriminator.train_on_batch(X, y)
    assert not np.allclose(before, discriminator.get_weights()[0])
    discriminator.trainable = False
    kept = discriminator.get_weights()[0].copy()
    gloss = gan.train_on_batch(noise, np.ones(16))
    assert np.allclose(kept, discriminator.get_weights()[0])
    print(step, dloss, gloss)
