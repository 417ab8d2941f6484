# Keras 1: fit_generator with samples_per_epoch, a hand-written loop, K.function and K.gradients, saving as JSON and h5
import numpy as np
from keras import backend as K
from keras.callbacks import Callback, ModelCheckpoint
from keras.layers import Dense, Merge
from keras.models import Sequential, model_from_json

rs = np.random.RandomState(0)
left, right = Sequential(), Sequential()
left.add(Dense(8, input_dim=3, activation='tanh'))
right.add(Dense(8, input_dim=2, activation='tanh'))
joined = Sequential()
joined.add(Merge([left, right], mode='concat', concat_axis=1))
joined.add(Dense(1, activation='sigmoid'))
joined.compile(optimizer='rmsprop', loss='binary_crossentropy', class_mode='binary')
A, B, C = rs.rand(32, 3), rs.rand(32, 2), rs.randint(0, 2, 32)
for epoch in range(2):
    for start in range(0, 32, 8):
        loss = joined.train_on_batch([A[start:start + 8], B[start:start + 8]], C[start:start + 8])
print('loss', loss)


def batches():
    while True:
        rows = rs.randint(0, 32, 8)
        yield A[rows], C[rows]


class LossHistory(Callback):
    def on_train_begin(self, logs={}):
        self.losses = []

    def on_batch_end(self, batch, logs={}):
        self.losses.append(logs.get('loss'))


model = Sequential([Dense(4, input_dim=3, activation='relu'), Dense(1, activation='sigmoid')])
model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])
history = LossHistory()
model.fit_generator(batches(), samples_per_epoch=32, nb_epoch=2, validation_data=batches(), nb_val_samples=16,
                    callbacks=[history, ModelCheckpoint('weights.{epoch:02d}-{val_acc:.2f}.hdf5')], max_q_size=4)
assert len(history.losses) == 8

hidden = K.function([model.layers[0].input, K.learning_phase()], [model.layers[0].output])
print(hidden([A, 0])[0].shape)
gradient = K.function([model.input], K.gradients(K.mean(model.output), [model.input]))
print(gradient([A])[0].shape)

text = model.to_json()
model.save_weights('model.h5', overwrite=True)
again = model_from_json(text)
again.load_weights('model.h5')
assert np.allclose(again.predict(A), model.predict(A))
