# Keras 2: Conv1D and bidirectional models over padded sequences; CuDNN layers; TimeDistributed; embeddings frozen
import numpy as np
from keras.initializers import Constant
from keras.layers import (
                          LSTM,
                          Bidirectional,
                          Conv1D,
                          CuDNNLSTM,
                          Dense,
                          Embedding,
                          GlobalMaxPooling1D,
                          Input,
                          SpatialDropout1D,
                          TimeDistributed,
                          concatenate,
)
from keras.models import Model
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer, one_hot, text_to_word_sequence

texts = ['the cat sat on the mat', 'the dog ate my homework', 'a cat and a dog', 'my mat is red'] * 6
labels = np.array([0, 1, 0, 1] * 6)
tokenizer = Tokenizer(num_words=30, oov_token='<unk>')
tokenizer.fit_on_texts(texts)
data = pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=8, padding='post', truncating='post')
print(len(tokenizer.word_index), text_to_word_sequence('A b, c!'), len(one_hot('a b c', 10)))
matrix = np.random.RandomState(0).rand(30, 6)

inputs = Input(shape=(8,), dtype='int32')
embedded = Embedding(30, 6, embeddings_initializer=Constant(matrix), input_length=8, trainable=False)(inputs)
embedded = SpatialDropout1D(0.1)(embedded)
convolved = GlobalMaxPooling1D()(Conv1D(8, 3, activation='relu')(embedded))
steps = TimeDistributed(Dense(4, activation='tanh'))(Bidirectional(LSTM(4, return_sequences=True))(embedded))
recurrent = CuDNNLSTM(4)(steps)
outputs = Dense(1, activation='sigmoid')(concatenate([convolved, recurrent]))
model = Model(inputs, outputs)
model.compile('adam', 'binary_crossentropy', metrics=['acc'])
model.fit(data, labels, epochs=2, batch_size=8, validation_split=0.25)
assert np.allclose(model.layers[1].get_weights()[0], matrix)
print(model.evaluate(data, labels, verbose=0))
