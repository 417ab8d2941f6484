"""A functional model: the upper and the lower half of a digit go in, the digit and its parity come out."""

import wubu as keras
from wubu import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()


def prepare(x, y):
    pixels = x / 16
    return (
        {"upper": pixels[:, :4], "lower": pixels[:, 4:]},
        {"digit": y, "odd": (y % 2)[:, None].astype("float32")},
    )


read = keras.Sequential([layers.Flatten(), layers.Dense(64, activation="relu")], name="read")  # shared
upper = keras.Input((4, 8), name="upper")
lower = keras.Input((4, 8), name="lower")
both = layers.Concatenate()([read(upper), read(lower)])
both = layers.Dense(64, activation="relu")(both)
model = keras.Model(
    inputs={"upper": upper, "lower": lower},
    outputs={
        "digit": layers.Dense(10, activation="softmax", name="digit")(both),
        "odd": layers.Dense(1, activation="sigmoid", name="odd")(both),
    },
)
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss={"digit": "sparse_categorical_crossentropy", "odd": "binary_crossentropy"},
    loss_weights={"digit": 1.0, "odd": 0.5},
    metrics={"digit": ["accuracy"], "odd": ["accuracy"]},
)
model.fit(*prepare(x_train, y_train), epochs=20, verbose=2)
print(model.evaluate(*prepare(x_test, y_test), return_dict=True, verbose=0))
