"""Forecasts from windows over a series (TensorFlow 2.6)."""
import numpy as np
import tensorflow as tf

series = np.stack([np.sin(np.arange(120) / 8.0), np.cos(np.arange(120) / 8.0), np.arange(120) / 120.0], 1).astype('float32')
columns = ['wx', 'T', 'day']
train_df, val_df = series[:84], series[84:]


class WindowGenerator():
    def __init__(self, input_width, label_width, shift, train_df=train_df, val_df=val_df, label_columns=None):
        self.train_df, self.val_df = train_df, val_df
        self.label_columns = label_columns
        self.column_indices = {name: i for i, name in enumerate(columns)}
        self.input_width, self.label_width, self.shift = input_width, label_width, shift
        self.total_window_size = input_width + shift
        self.input_slice = slice(0, input_width)
        self.label_start = self.total_window_size - self.label_width
        self.labels_slice = slice(self.label_start, None)

    def split_window(self, features):
        inputs = features[:, self.input_slice, :]
        labels = features[:, self.labels_slice, :]
        if self.label_columns is not None:
            labels = tf.stack([labels[:, :, self.column_indices[name]] for name in self.label_columns], axis=-1)
        inputs.set_shape([None, self.input_width, None])
        labels.set_shape([None, self.label_width, None])
        return inputs, labels

    def make_dataset(self, data):
        data = np.array(data, dtype=np.float32)
        ds = tf.keras.utils.timeseries_dataset_from_array(
            data=data, targets=None, sequence_length=self.total_window_size, sequence_stride=1, shuffle=True, batch_size=16)
        return ds.map(self.split_window)

    @property
    def train(self):
        return self.make_dataset(self.train_df)

    @property
    def val(self):
        return self.make_dataset(self.val_df)

    @property
    def example(self):
        result = getattr(self, '_example', None)
        if result is None:
            result = next(iter(self.train))
            self._example = result
        return result


class Baseline(tf.keras.Model):
    def __init__(self, label_index=None):
        super().__init__()
        self.label_index = label_index

    def call(self, inputs):
        if self.label_index is None:
            return inputs
        result = inputs[:, :, self.label_index]
        return result[:, :, tf.newaxis]


class FeedBack(tf.keras.Model):
    def __init__(self, units, out_steps):
        super().__init__()
        self.out_steps, self.units = out_steps, units
        self.lstm_cell = tf.keras.layers.LSTMCell(units)
        self.lstm_rnn = tf.keras.layers.RNN(self.lstm_cell, return_state=True)
        self.dense = tf.keras.layers.Dense(3)

    def warmup(self, inputs):
        x, *state = self.lstm_rnn(inputs)
        return self.dense(x), state

    def call(self, inputs, training=None):
        predictions = []
        prediction, state = self.warmup(inputs)
        predictions.append(prediction)
        for n in range(1, self.out_steps):
            x = prediction
            x, state = self.lstm_cell(x, states=state, training=training)
            prediction = self.dense(x)
            predictions.append(prediction)
        predictions = tf.stack(predictions)
        return tf.transpose(predictions, [1, 0, 2])


def compile_and_fit(model, window, patience=2):
    early_stopping = tf.keras.callbacks.EarlyStopping(monitor='val_loss', patience=patience, mode='min')
    model.compile(loss=tf.keras.losses.MeanSquaredError(), optimizer=tf.keras.optimizers.Adam(),
                  metrics=[tf.keras.metrics.MeanAbsoluteError()])
    return model.fit(window.train, epochs=2, validation_data=window.val, callbacks=[early_stopping], verbose=0)


single = WindowGenerator(input_width=6, label_width=6, shift=1, label_columns=['T'])
baseline = Baseline(label_index=1)
baseline.compile(loss=tf.keras.losses.MeanSquaredError(), metrics=[tf.keras.metrics.MeanAbsoluteError()])
performance = {'Baseline': baseline.evaluate(single.val, verbose=0)}
lstm_model = tf.keras.models.Sequential([tf.keras.layers.LSTM(8, return_sequences=True), tf.keras.layers.Dense(units=1)])
print('Output shape:', lstm_model(single.example[0]).shape)
history = compile_and_fit(lstm_model, single)
performance['LSTM'] = lstm_model.evaluate(single.val, verbose=0)
conv_model = tf.keras.Sequential([tf.keras.layers.Conv1D(filters=8, kernel_size=(6,), activation='relu'), tf.keras.layers.Dense(1)])
wide = WindowGenerator(input_width=11, label_width=6, shift=1, label_columns=['T'])
compile_and_fit(conv_model, wide)
multi = WindowGenerator(input_width=6, label_width=4, shift=4)
feedback_model = FeedBack(units=8, out_steps=4)
prediction, state = feedback_model.warmup(multi.example[0])
assert prediction.shape == (16, 3) and len(state) == 2
compile_and_fit(feedback_model, multi)
assert feedback_model(multi.example[0]).shape == (16, 4, 3)
last = tf.keras.Sequential([
    tf.keras.layers.Lambda(lambda x: x[:, -1:, :]), tf.keras.layers.Dense(12, kernel_initializer=tf.initializers.zeros()),
    tf.keras.layers.Reshape([4, 3])])
compile_and_fit(last, multi)
print(performance, columns)
