"""An LSTM that keeps its state from batch to batch (Keras 2.0)."""
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

tsteps, batch_size, epochs = 1, 4, 2
cos = np.cos(np.arange(80) / 5.0)[:, None, None]
expected = np.mean(np.stack([np.roll(cos[:, 0, 0], -i) for i in range(2)]), 0)[:, None]

model = Sequential()
model.add(LSTM(10, input_shape=(tsteps, 1), batch_size=batch_size, return_sequences=True, stateful=True))
model.add(LSTM(10, return_sequences=False, stateful=True))
model.add(Dense(1))
model.compile(loss='mse', optimizer='rmsprop')
for i in range(epochs):
    model.fit(cos, expected, batch_size=batch_size, epochs=1, verbose=0, shuffle=False)
    model.reset_states()
first = model.predict(cos, batch_size=batch_size)
again = model.predict(cos, batch_size=batch_size)
assert not np.allclose(first, again), 'the state goes on'
model.reset_states()
assert np.allclose(first, model.predict(cos, batch_size=batch_size), atol=1e-5)

model = Sequential()
model.add(LSTM(4, batch_input_shape=(1, 3, 2), stateful=True))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
for epoch in range(2):
    mean_tr_acc = []
    for i in range(5):
        tr_loss, tr_acc = model.train_on_batch(np.random.rand(1, 3, 2), np.array([i % 2]))
        mean_tr_acc.append(tr_acc)
        model.reset_states()
    print('accuracy training = {}'.format(np.mean(mean_tr_acc)))
te_loss, te_acc = model.test_on_batch(np.random.rand(1, 3, 2), np.array([1]))
y_pred = model.predict_on_batch(np.random.rand(1, 3, 2))
assert y_pred.shape == (1, 1)
