# tf.keras 2: train_step with compiled_loss, custom layers and metrics, GradientTape by hand on tf.Variable
import numpy as np
import tensorflow as tf

x = np.random.RandomState(0).rand(64, 3).astype('float32')
y = x.sum(axis=1, keepdims=True)


class Linear(tf.keras.layers.Layer):
    def __init__(self, units=32, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer='random_normal', trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer='zeros', trainable=True)

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b


class CustomModel(tf.keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.compiled_metrics.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


inputs = tf.keras.Input(shape=(3,))
model = CustomModel(inputs, Linear(1)(tf.nn.relu(Linear(8)(inputs))))
model.compile(optimizer='adam', loss='mse', metrics=['mae'])
losses = model.fit(x, y, epochs=3, batch_size=16).history['loss']
assert losses[-1] < losses[0]

w, b = tf.Variable(tf.random.normal([3, 1])), tf.Variable(0.)
optimizer = tf.keras.optimizers.SGD(learning_rate=0.1)
for step in range(50):
    with tf.GradientTape() as tape:
        error = tf.reduce_mean(tf.square(tf.constant(x) @ w + b - y))
    dw, db = tape.gradient(error, [w, b])
    w.assign_sub(0.1 * dw)
    b.assign_sub(0.1 * db)
print(w.numpy().ravel(), b.numpy(), float(error))
assert float(error) < 0.5
metric = tf.keras.metrics.MeanAbsoluteError()
metric.update_state(y, model(x))
print('mae', float(metric.result()))
metric.reset_states()
