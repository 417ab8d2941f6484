"""A small residual network with schedules and logs (Keras 2.2)."""
from __future__ import print_function

import os

import keras
import numpy as np
from keras.callbacks import (
    Callback, CSVLogger, EarlyStopping, LambdaCallback, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau, TensorBoard,
)
from keras.layers import Activation, AveragePooling2D, BatchNormalization, Conv2D, Dense, Flatten, Input
from keras.models import Model, load_model
from keras.optimizers import Adam
from keras.preprocessing.image import ImageDataGenerator
from keras.regularizers import l2


def lr_schedule(epoch):
    lr = 1e-3
    if epoch > 1:
        lr *= 1e-1
    print('Learning rate: ', lr)
    return lr


def resnet_layer(inputs, num_filters=8, kernel_size=3, strides=1, activation='relu', batch_normalization=True):
    x = Conv2D(num_filters, kernel_size=kernel_size, strides=strides, padding='same', kernel_initializer='he_normal',
               kernel_regularizer=l2(1e-4))(inputs)
    if batch_normalization:
        x = BatchNormalization()(x)
    if activation is not None:
        x = Activation(activation)(x)
    return x


def resnet_v1(input_shape, num_classes=3):
    num_filters = 8
    inputs = Input(shape=input_shape)
    x = resnet_layer(inputs=inputs)
    for stack in range(2):
        strides = 2 if stack > 0 else 1
        y = resnet_layer(inputs=x, num_filters=num_filters, strides=strides)
        y = resnet_layer(inputs=y, num_filters=num_filters, activation=None)
        if stack > 0:
            x = resnet_layer(inputs=x, num_filters=num_filters, kernel_size=1, strides=strides, activation=None,
                             batch_normalization=False)
        x = keras.layers.add([x, y])
        x = Activation('relu')(x)
        num_filters *= 2
    x = AveragePooling2D(pool_size=4)(x)
    y = Flatten()(x)
    outputs = Dense(num_classes, activation='softmax', kernel_initializer='he_normal')(y)
    return Model(inputs=inputs, outputs=outputs)


class LossHistory(Callback):
    def on_train_begin(self, logs={}):
        self.losses = []

    def on_batch_end(self, batch, logs={}):
        self.losses.append(logs.get('loss'))


labels = np.arange(48) % 3
x_train = np.random.rand(48, 16, 16, 3) + labels[:, None, None, None] / 3.0
y_train = keras.utils.to_categorical(labels, 3)
x_train -= np.mean(x_train, axis=0)
model = resnet_v1(input_shape=x_train.shape[1:])
model.compile(loss='categorical_crossentropy', optimizer=Adam(lr=lr_schedule(0)), metrics=['accuracy'])

save_dir = os.path.join(os.getcwd(), 'saved_models')
if not os.path.isdir(save_dir):
    os.makedirs(save_dir)
filepath = os.path.join(save_dir, 'model.{epoch:03d}.h5')
history = LossHistory()
seen = []
callbacks = [
    ModelCheckpoint(filepath=filepath, monitor='val_acc', verbose=1, save_best_only=False, period=1),
    ReduceLROnPlateau(factor=np.sqrt(0.1), cooldown=0, patience=5, min_lr=0.5e-6), LearningRateScheduler(lr_schedule),
    CSVLogger('training.log'), TensorBoard(log_dir='./logs', histogram_freq=0, write_graph=True), history,
    EarlyStopping(monitor='val_loss', min_delta=0, patience=10, verbose=0, mode='auto'),
    LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs['acc'])),
]
datagen = ImageDataGenerator(featurewise_center=False, width_shift_range=0.1, height_shift_range=0.1, zca_whitening=False,
                             fill_mode='nearest', cval=0., horizontal_flip=True, preprocessing_function=None)
datagen.fit(x_train)
hist = model.fit_generator(datagen.flow(x_train, y_train, batch_size=16), steps_per_epoch=3, validation_data=(x_train, y_train),
                           epochs=3, verbose=2, workers=4, callbacks=callbacks)
assert len(hist.history['acc']) == len(hist.history['val_acc']) == len(hist.history['lr']) == 3
assert len(history.losses) == 9 and len(seen) == 3
scores = model.evaluate(x_train, y_train, verbose=1)
print('Test loss:', scores[0], 'Test accuracy:', scores[1], model.metrics_names)
best = load_model(os.path.join(save_dir, 'model.003.h5'))
assert np.allclose(best.predict(x_train), model.predict(x_train), atol=1e-5)
assert open('training.log').readline().startswith('epoch,acc')
