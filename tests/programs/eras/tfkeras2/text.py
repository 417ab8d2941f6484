# tf.keras 2: Tokenizer from tensorflow.keras.preprocessing, an embedding, a GRU, Bidirectional with masking
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import GRU, LSTM, Bidirectional, Dense, Embedding
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer
from tensorflow.keras.utils import to_categorical

corpus = ['in the town of athy one jeremy lanigan', 'battered away til he hadnt a pound', 'his father died'] * 4
tokenizer = Tokenizer()
tokenizer.fit_on_texts(corpus)
total_words = len(tokenizer.word_index) + 1
sequences = []
for line in corpus:
    tokens = tokenizer.texts_to_sequences([line])[0]
    sequences += [tokens[:i + 1] for i in range(1, len(tokens))]
longest = max(len(s) for s in sequences)
sequences = np.array(pad_sequences(sequences, maxlen=longest, padding='pre'))
xs, ys = sequences[:, :-1], to_categorical(sequences[:, -1], num_classes=total_words)
model = Sequential([Embedding(total_words, 12, input_length=longest - 1, mask_zero=True), Bidirectional(LSTM(8)),
                    Dense(total_words, activation='softmax')])
model.compile(loss='categorical_crossentropy', optimizer=tf.keras.optimizers.Adam(lr=0.01), metrics=['accuracy'])
losses = model.fit(xs, ys, epochs=3, verbose=1).history['loss']
assert losses[-1] < losses[0]
words = {i: w for w, i in tokenizer.word_index.items()}
print(words[int(np.argmax(model.predict(xs[:1]), axis=-1)[0])])

tagger = Sequential([Embedding(total_words, 4), GRU(6, return_sequences=True), Dense(2, activation='softmax')])
tagger.compile('adam', 'sparse_categorical_crossentropy')
tagger.fit(xs, (xs > 3).astype('int32'), epochs=1, verbose=0)
