# Keras 1: imdb-style LSTM with dropout_W, dropout_U; sequences and a tokenizer with nb_words
import numpy as np
from keras.layers.core import Activation, Dense
from keras.layers.embeddings import Embedding
from keras.layers.recurrent import LSTM
from keras.models import Sequential
from keras.preprocessing import sequence
from keras.preprocessing.text import Tokenizer

np.random.seed(1)
texts = ['good fine great %s' % w for w in 'abcdefgh'] + ['bad poor awful %s' % w for w in 'abcdefgh']
labels = np.array([1] * 8 + [0] * 8)
max_features, maxlen = 20, 6
tokenizer = Tokenizer(nb_words=max_features)
tokenizer.fit_on_texts(texts)
X = sequence.pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=maxlen)
assert X.shape == (16, 6)

model = Sequential()
model.add(Embedding(max_features, 8, input_length=maxlen, dropout=0.2))
model.add(LSTM(8, dropout_W=0.1, dropout_U=0.1, inner_activation='hard_sigmoid'))
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, labels, batch_size=4, nb_epoch=2, validation_data=(X, labels))
score, acc = model.evaluate(X, labels, batch_size=4)
print('Test accuracy:', acc)
assert model.predict_classes(X, batch_size=4).shape == (16, 1)
