"""Two pictures through one network; pairs of a kind come near to each other (Keras 1.1)."""
import random

import numpy as np
from keras import backend as K
from keras.layers import Dense, Dropout, Input, Lambda
from keras.models import Model, Sequential
from keras.optimizers import RMSprop

np.random.seed(1337)


def euclidean_distance(vects):
    x, y = vects
    return K.sqrt(K.maximum(K.sum(K.square(x - y), axis=1, keepdims=True), K.epsilon()))


def eucl_dist_output_shape(shapes):
    shape1, shape2 = shapes
    return (shape1[0], 1)


def contrastive_loss(y_true, y_pred):
    margin = 1
    return K.mean(y_true * K.square(y_pred) + (1 - y_true) * K.square(K.maximum(margin - y_pred, 0)))


def create_pairs(x, digit_indices):
    pairs, labels = [], []
    n = min([len(digit_indices[d]) for d in range(3)]) - 1
    for d in range(3):
        for i in range(n):
            z1, z2 = digit_indices[d][i], digit_indices[d][i + 1]
            pairs += [[x[z1], x[z2]]]
            dn = (d + random.randrange(1, 3)) % 3
            z1, z2 = digit_indices[d][i], digit_indices[dn][i]
            pairs += [[x[z1], x[z2]]]
            labels += [1, 0]
    return np.array(pairs), np.array(labels)


def create_base_network(input_dim):
    seq = Sequential()
    seq.add(Dense(32, input_shape=(input_dim,), activation='relu'))
    seq.add(Dropout(0.1))
    seq.add(Dense(16, activation='relu'))
    return seq


def compute_accuracy(predictions, labels):
    return labels[predictions.ravel() < 0.5].mean()


centers = np.random.rand(3, 20)
y = np.arange(90) % 3
X = (centers[y] + 0.05 * np.random.randn(90, 20)).astype('float32')
digit_indices = [np.where(y == i)[0] for i in range(3)]
tr_pairs, tr_y = create_pairs(X, digit_indices)

base_network = create_base_network(20)
input_a = Input(shape=(20,))
input_b = Input(shape=(20,))
processed_a = base_network(input_a)
processed_b = base_network(input_b)
distance = Lambda(euclidean_distance, output_shape=eucl_dist_output_shape)([processed_a, processed_b])
model = Model(input=[input_a, input_b], output=distance)

rms = RMSprop()
model.compile(loss=contrastive_loss, optimizer=rms)
model.fit([tr_pairs[:, 0], tr_pairs[:, 1]], tr_y,
          validation_data=([tr_pairs[:, 0], tr_pairs[:, 1]], tr_y),
          batch_size=32, nb_epoch=6, verbose=0)
pred = model.predict([tr_pairs[:, 0], tr_pairs[:, 1]])
acc = compute_accuracy(pred, tr_y)
print('* Accuracy on training set: %0.2f%%' % (100 * acc))
assert acc > 0.9
