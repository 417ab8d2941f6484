# Keras 2: cifar10-style CNN with ImageDataGenerator, fit_generator, acc, ModelCheckpoint(period), multi_gpu_model
import keras
import numpy as np
from keras.callbacks import LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential, load_model
from keras.preprocessing.image import ImageDataGenerator

num_classes = 4
rs = np.random.RandomState(0)
y = rs.randint(0, num_classes, 64)
x = rs.rand(64, 16, 16, 3).astype('float32') + y.reshape(-1, 1, 1, 1) * .2
y = keras.utils.to_categorical(y, num_classes)

model = Sequential()
model.add(Conv2D(8, (3, 3), padding='same', input_shape=x.shape[1:]))
model.add(BatchNormalization())
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(num_classes, activation='softmax', kernel_regularizer=keras.regularizers.l2(1e-4)))
opt = keras.optimizers.rmsprop(lr=0.001, decay=1e-6)
model.compile(loss='categorical_crossentropy', optimizer=opt, metrics=['acc'])

datagen = ImageDataGenerator(width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True)
datagen.fit(x)
history = model.fit_generator(datagen.flow(x, y, batch_size=16), epochs=2, steps_per_epoch=4, validation_data=(x, y),
                              workers=2,
                              callbacks=[LearningRateScheduler(lambda epoch: 1e-3 * .5 ** epoch),
                                         ReduceLROnPlateau(monitor='val_acc', factor=.5, patience=1),
                                         ModelCheckpoint('best.h5', monitor='val_acc', save_best_only=True, period=1)])
assert {'acc', 'val_acc', 'loss', 'val_loss'} <= set(history.history), history.history.keys()
print(model.metrics_names)
scores = model.evaluate(x, y, verbose=1)
again = load_model('best.h5')
print('Test accuracy:', again.evaluate(x, y, verbose=0)[1])
