# Keras 2: a VAE with add_loss inside a custom layer, K functions, and a denoising convolutional autoencoder
import numpy as np
from keras import backend as K
from keras import metrics
from keras.layers import Conv2D, Dense, Input, Lambda, Layer, MaxPooling2D, UpSampling2D
from keras.models import Model

x = Input(shape=(20,))
h = Dense(16, activation='relu')(x)
z_mean, z_log_var = Dense(2)(h), Dense(2)(h)


def sampling(args):
    z_mean, z_log_var = args
    epsilon = K.random_normal(shape=(K.shape(z_mean)[0], 2), mean=0., stddev=1.)
    return z_mean + K.exp(z_log_var / 2) * epsilon


z = Lambda(sampling)([z_mean, z_log_var])
decoded = Dense(20, activation='sigmoid')(Dense(16, activation='relu')(z))


class VariationalLayer(Layer):
    def vae_loss(self, x, decoded, z_mean, z_log_var):
        entropy = 20 * metrics.binary_crossentropy(x, decoded)
        kl = -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
        return K.mean(entropy + kl)

    def call(self, inputs):
        x, decoded, z_mean, z_log_var = inputs
        self.add_loss(self.vae_loss(x, decoded, z_mean, z_log_var), inputs=inputs)
        return x


vae = Model(x, VariationalLayer()([x, decoded, z_mean, z_log_var]))
vae.compile(optimizer='rmsprop', loss=None)
data = (np.random.RandomState(0).rand(64, 20) > .5).astype('float32')
losses = vae.fit(data, epochs=3, batch_size=16, shuffle=True).history['loss']
assert losses[-1] < losses[0], losses

image = Input(shape=(8, 8, 1))
encoded = MaxPooling2D((2, 2), padding='same')(Conv2D(4, (3, 3), activation='relu', padding='same')(image))
restored = Conv2D(1, (3, 3), activation='sigmoid', padding='same')(UpSampling2D((2, 2))(encoded))
denoiser = Model(image, restored)
denoiser.compile(optimizer='adadelta', loss='binary_crossentropy')
clean = np.random.RandomState(1).rand(32, 8, 8, 1)
denoiser.fit(np.clip(clean + .1 * np.random.randn(*clean.shape), 0, 1), clean, epochs=1, batch_size=16)
print(denoiser.predict(clean).shape)
