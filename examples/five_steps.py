"""The five steps that wubu is named after, on real handwritten digits. Run: python examples/five_steps.py"""

import wubu as keras
from wubu import layers

# 1. prepare the data: 8×8 pictures with values from 0 to 16
(x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
x_train, x_test = x_train / 16, x_test / 16

# 2. build the model
model = keras.Sequential(
    [
        keras.Input((8, 8)),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()

# 3. compile
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# 4. train
model.fit(x_train, y_train, epochs=30, validation_split=0.1)

# 5. evaluate
loss, accuracy = model.evaluate(x_test, y_test)
print(f"held-out accuracy: {accuracy:.4f}")
