# Keras 1: positional kernel sizes, border_mode, nb_epoch
import numpy as np
from keras import backend as K
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.models import Sequential
from keras.utils import np_utils

np.random.seed(1337)
nb_classes = 3
X = np.random.rand(96, 12, 12, 1).astype('float32')
y = np.random.randint(0, nb_classes, 96)
for i, c in enumerate(y):
    X[i, c * 4:c * 4 + 4] += 1.0
if K.image_dim_ordering() == 'th':
    X = X.transpose(0, 3, 1, 2)
Y = np_utils.to_categorical(y, nb_classes)

model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='valid', input_shape=X.shape[1:]))
model.add(Activation('relu'))
model.add(Convolution2D(8, 3, 3, subsample=(1, 1), init='he_normal', W_regularizer='l2'))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(16, init='uniform'))
model.add(Activation('relu'))
model.add(Dense(nb_classes))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adadelta', metrics=['accuracy'])
assert model.layers[0].output_shape == (None, 10, 10, 8), model.layers[0].output_shape
model.fit(X, Y, batch_size=16, nb_epoch=2, verbose=1, validation_data=(X, Y))
score = model.evaluate(X, Y, verbose=0)
print('Test score:', score[0])
print('Test accuracy:', score[1])
assert model.predict_classes(X, verbose=0).shape == (96,)
assert model.predict_proba(X, verbose=0).shape == (96, 3)
