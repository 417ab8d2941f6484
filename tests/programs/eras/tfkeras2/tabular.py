# tf.keras 2: normalisation by adapt, regression with two inputs, schedules, the history as a table
import numpy as np
import pandas as pd
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.layers.experimental import preprocessing

rs = np.random.RandomState(0)
frame = pd.DataFrame({'power': rs.rand(80) * 200, 'weight': rs.rand(80) * 3000, 'year': rs.randint(70, 83, 80)})
target = 30 - frame['power'] / 20 - frame['weight'] / 500
features = frame.astype('float32')
normalizer = preprocessing.Normalization(axis=-1)
normalizer.adapt(np.array(features))
model = keras.Sequential([normalizer, layers.Dense(16, activation='relu'), layers.Dense(1)])
rate = keras.optimizers.schedules.ExponentialDecay(1e-2, decay_steps=100, decay_rate=0.9)
model.compile(loss='mean_absolute_error', optimizer=tf.optimizers.Adam(learning_rate=rate), metrics=['mse'])
history = model.fit(features, target, validation_split=0.2, epochs=3, verbose=0)
hist = pd.DataFrame(history.history)
hist['epoch'] = history.epoch
print(hist.tail())

a, b = keras.Input(shape=(2,), name='a'), keras.Input(shape=(1,), name='b')
joined = layers.concatenate([layers.Dense(4, activation='relu')(a), b])
two = keras.Model(inputs=[a, b], outputs=layers.Dense(1, name='out')(joined))
two.compile(loss={'out': 'mse'}, optimizer='sgd')
two.fit({'a': features[['power', 'weight']] / 1000., 'b': features[['year']] / 100.}, target / 10., epochs=1,
        callbacks=[keras.callbacks.EarlyStopping(patience=2, monitor='loss')])
print(two.predict({'a': features[['power', 'weight']] / 1000., 'b': features[['year']] / 100.}).shape)
