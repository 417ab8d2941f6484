"""Pictures with their channels first, augmented as they are drawn (Keras 1.0)."""
import numpy as np
from keras import backend as K
from keras.layers.convolutional import Convolution2D, MaxPooling2D, ZeroPadding2D
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.models import Sequential, model_from_json
from keras.optimizers import SGD
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import np_utils

K.set_image_dim_ordering('th')
try:
    nb_classes = 3
    y_train = np.arange(48) % nb_classes
    X_train = np.random.rand(48, 3, 12, 12).astype('float32') + y_train[:, None, None, None]
    Y_train = np_utils.to_categorical(y_train, nb_classes)

    model = Sequential()
    model.add(ZeroPadding2D((1, 1), input_shape=X_train.shape[1:]))
    model.add(Convolution2D(8, 3, 3))
    model.add(Activation('relu'))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout(0.25))
    model.add(Convolution2D(8, 3, 3, border_mode='same', init='he_normal', W_regularizer='l2'))
    model.add(Activation('relu'))
    model.add(Flatten())
    model.add(Dense(nb_classes))
    model.add(Activation('softmax'))
    assert model.output_shape == (None, 3)
    sgd = SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
    model.compile(loss='categorical_crossentropy', optimizer=sgd, metrics=['accuracy'])

    datagen = ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True, rotation_range=10,
                                 width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True)
    datagen.fit(X_train)
    model.fit_generator(datagen.flow(X_train, Y_train, batch_size=16), samples_per_epoch=X_train.shape[0], nb_epoch=2,
                        validation_data=(X_train, Y_train), verbose=0)
    classes = model.predict_classes(X_train, verbose=0)
    proba = model.predict_proba(X_train, verbose=0)
    assert classes.shape == (48,) and proba.shape == (48, 3)

    json_string = model.to_json()
    model.save_weights('th.h5', overwrite=True)
    again = model_from_json(json_string)
    again.load_weights('th.h5')
    assert np.allclose(again.predict(X_train), proba, atol=1e-5)
    score = model.evaluate(X_train, Y_train, verbose=0)
    print('Test score:', score)
finally:
    K.set_image_dim_ordering('tf')
