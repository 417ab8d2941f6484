"""Questions about stories: branches joined by Merge and merge in all their modes (Keras 1.0)."""
import numpy as np
from keras.layers import LSTM, Activation, Dense, Dropout, Embedding, Input, Merge, Permute, merge
from keras.layers.core import Flatten, RepeatVector, TimeDistributedDense
from keras.models import Model, Sequential
from keras.utils.visualize_util import plot  # noqa: F401

vocab_size, story_maxlen, query_maxlen = 12, 6, 4
stories = np.random.randint(1, vocab_size, (32, story_maxlen))
queries = np.random.randint(1, vocab_size, (32, query_maxlen))
answers = np.eye(vocab_size)[np.random.randint(0, vocab_size, 32)]

input_encoder_m = Sequential()
input_encoder_m.add(Embedding(input_dim=vocab_size, output_dim=8, input_length=story_maxlen))
input_encoder_m.add(Dropout(0.3))
question_encoder = Sequential()
question_encoder.add(Embedding(input_dim=vocab_size, output_dim=8, input_length=query_maxlen))
question_encoder.add(Dropout(0.3))
match = Sequential()
match.add(Merge([input_encoder_m, question_encoder], mode='dot', dot_axes=[2, 2]))
match.add(Activation('softmax'))
input_encoder_c = Sequential()
input_encoder_c.add(Embedding(input_dim=vocab_size, output_dim=query_maxlen, input_length=story_maxlen))
input_encoder_c.add(Dropout(0.3))
response = Sequential()
response.add(Merge([match, input_encoder_c], mode='sum'))
response.add(Permute((2, 1)))
answer = Sequential()
answer.add(Merge([response, question_encoder], mode='concat', concat_axis=-1))
answer.add(LSTM(8))
answer.add(Dropout(0.3))
answer.add(Dense(vocab_size))
answer.add(Activation('softmax'))
answer.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
answer.fit([stories, queries, stories], answers, batch_size=16, nb_epoch=1, verbose=0)

a = Input(shape=(5,), name='a')
b = Input(shape=(5,), name='b')
parts = [merge([a, b], mode=m) for m in ('sum', 'mul', 'ave', 'max')]
parts.append(merge([a, b], mode='cos', dot_axes=1))
parts.append(merge([a, b], mode=lambda x: x[0] - x[1], output_shape=lambda shapes: shapes[0]))
joined = merge(parts[:4] + [parts[5]], mode='concat', concat_axis=1, name='joined')
out = Dense(2, activation='softmax', name='out')(joined)
model = Model(input=[a, b], output=out)
model.compile('adagrad', loss={'out': 'categorical_crossentropy'}, metrics={'out': 'accuracy'})
x1, x2 = np.random.rand(16, 5), np.random.rand(16, 5)
model.fit({'a': x1, 'b': x2}, {'out': np.eye(2)[np.arange(16) % 2]}, nb_epoch=1, batch_size=8, verbose=0)
assert model.predict([x1, x2]).shape == (16, 2)

model = Sequential()
model.add(Dense(6, input_dim=3))
model.add(RepeatVector(4))
model.add(LSTM(5, return_sequences=True))
model.add(TimeDistributedDense(3, activation='softmax'))
model.add(Flatten())
model.compile('sgd', 'mse')
assert model.predict(np.ones((2, 3))).shape == (2, 12)
print('merged')
