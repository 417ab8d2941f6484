"""Writing one's own: a layer, a loss, a callback and a training step."""

import wubu as keras
from wubu import layers, ops

(x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
x_train, x_test = (x_train / 16).astype("float32"), (x_test / 16).astype("float32")


class Scale(layers.Layer):
    """Multiplies every feature by a weight of its own."""

    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")

    def call(self, inputs):
        return inputs * self.factor


def focal(y_true, y_pred):
    """Cross-entropy that cares less for what is already right (Lin et al. 2017)."""
    p = ops.sum(y_pred * ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), 10), axis=-1)
    return -((1 - p) ** 2) * ops.log(p + 1e-7)


class Report(keras.callbacks.Callback):
    """Says every fifth epoch how it goes."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch % 5 == 4:
            print(f"epoch {epoch + 1}: loss {logs['loss']:.4f}")


model = keras.Sequential(
    [
        keras.Input((8, 8)),
        layers.Flatten(),
        Scale(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", loss=focal, metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20, verbose=0, callbacks=[Report()])
print(model.evaluate(x_test, y_test, verbose=0, return_dict=True))
