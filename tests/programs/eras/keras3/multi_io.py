"""Several inputs and outputs, shared and nested layers, losses and weights by name, saved and loaded (Keras 3)."""
import keras
import numpy as np
from keras import layers

num_tags, num_words, num_departments = 6, 50, 3
title_input = keras.Input(shape=(None,), name="title")
body_input = keras.Input(shape=(None,), name="body")
tags_input = keras.Input(shape=(num_tags,), name="tags")
shared = layers.Embedding(num_words, 16)
title_features = layers.LSTM(16)(shared(title_input))
body_features = layers.LSTM(8)(shared(body_input))
x = layers.concatenate([title_features, body_features, tags_input])
priority_pred = layers.Dense(1, name="priority")(x)
department_pred = layers.Dense(num_departments, name="department")(x)
model = keras.Model(
    inputs=[title_input, body_input, tags_input],
    outputs={"priority": priority_pred, "department": department_pred},
)
model.compile(
    optimizer=keras.optimizers.RMSprop(keras.optimizers.schedules.ExponentialDecay(1e-3, 100, 0.9)),
    loss={
        "priority": keras.losses.BinaryCrossentropy(from_logits=True),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
    metrics={"priority": [keras.metrics.AUC(from_logits=True)], "department": ["accuracy"]},
)
n = 48
data = {
    "title": np.random.randint(num_words, size=(n, 5)),
    "body": np.random.randint(num_words, size=(n, 8)),
    "tags": np.random.randint(2, size=(n, num_tags)).astype("float32"),
}
targets = {
    "priority": np.random.randint(2, size=(n, 1)).astype("float32"),
    "department": np.eye(num_departments)[np.random.randint(num_departments, size=n)],
}
history = model.fit(data, targets, epochs=2, batch_size=16, verbose=0, validation_split=0.25)
print(sorted(history.history))
assert {"loss", "priority_loss", "department_loss", "val_loss"} <= set(history.history)
found = model.predict(data, verbose=0)
assert found["priority"].shape == (n, 1) and found["department"].shape == (n, 3)
model.save("path_to_my_model.keras")
del model
model = keras.models.load_model("path_to_my_model.keras")
again = model.predict(data, verbose=0)
assert np.allclose(again["department"], found["department"], atol=1e-5)


class CustomLoss(keras.losses.Loss):
    def __init__(self, regularization_factor=0.1, name="custom_mse"):
        super().__init__(name=name)
        self.regularization_factor = regularization_factor

    def call(self, y_true, y_pred):
        mse = keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)
        reg = keras.ops.mean(keras.ops.square(0.5 - y_pred), axis=-1)
        return mse + reg * self.regularization_factor


class Activity(layers.Layer):
    def call(self, inputs):
        self.add_loss(keras.ops.sum(inputs) * 0.001)
        return inputs


inputs = keras.Input(shape=(4,))
x = Activity()(layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L1L2(1e-4, 1e-4))(inputs))
side = layers.Dense(3)(x)
small = keras.Model(inputs, side)
ensemble = layers.average([keras.Sequential([layers.Dense(3)], name="other")(inputs), small(inputs)])
model = keras.Model(inputs, ensemble)
model.compile(optimizer="adam", loss=CustomLoss())
callbacks = [
    keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True),
    keras.callbacks.ReduceLROnPlateau(factor=0.5),
    keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True),
]
x, y = np.random.rand(40, 4), np.random.rand(40, 3)
model.fit(x, y, sample_weight=np.ones(40), epochs=3, verbose=0, validation_data=(x, y, np.ones(40)), callbacks=callbacks)
best = keras.models.load_model("best.keras", custom_objects={"Activity": Activity}, compile=False)
assert best.count_params() == model.count_params()
