# Keras 1: functional API with Model(input=, output=), merge() and Lambda
import numpy as np
from keras import backend as K
from keras import objectives
from keras.layers import Dense, Input, Lambda, merge
from keras.models import Model

batch_size, original_dim, latent_dim, intermediate_dim = 20, 30, 2, 16
x = Input(batch_shape=(batch_size, original_dim))
h = Dense(intermediate_dim, activation='relu')(x)
z_mean = Dense(latent_dim)(h)
z_log_var = Dense(latent_dim)(h)


def sampling(args):
    z_mean, z_log_var = args
    epsilon = K.random_normal(shape=(batch_size, latent_dim), mean=0., std=1.)
    return z_mean + K.exp(z_log_var / 2) * epsilon


z = Lambda(sampling, output_shape=(latent_dim,))([z_mean, z_log_var])
decoder_h = Dense(intermediate_dim, activation='relu')
decoder_mean = Dense(original_dim, activation='sigmoid')
both = merge([decoder_h(z), decoder_h(z)], mode='ave')
x_decoded_mean = decoder_mean(both)


def reconstruction(x, x_decoded_mean):
    return original_dim * objectives.binary_crossentropy(x, x_decoded_mean)


vae = Model(input=x, output=x_decoded_mean)
vae.compile(optimizer='rmsprop', loss=reconstruction)
data = (np.random.RandomState(0).rand(100, original_dim) > .5).astype('float32')
history = vae.fit(data, data, shuffle=True, nb_epoch=3, batch_size=batch_size, validation_data=(data, data))
assert history.history['loss'][-1] < history.history['loss'][0]
encoder = Model(input=x, output=z_mean)
print(encoder.predict(data, batch_size=batch_size).shape)
