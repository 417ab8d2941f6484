# Keras 3: the convnet of its examples, image augmentation layers, .keras files
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
x = np.random.rand(64, 16, 16, 1).astype("float32")
y = keras.utils.to_categorical(np.random.randint(0, 4, 64), 4)
model = keras.Sequential([
    keras.Input(shape=(16, 16, 1)),
    layers.Rescaling(2.0, offset=-1),
    layers.RandomFlip("horizontal"),
    layers.Conv2D(8, kernel_size=(3, 3), activation="relu"),
    layers.MaxPooling2D(pool_size=(2, 2)),
    layers.Flatten(),
    layers.Dropout(0.5),
    layers.Dense(4, activation="softmax"),
])
model.summary()
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, batch_size=16, epochs=2, validation_split=0.1,
          callbacks=[keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True)])
model.save("final.keras")
again = keras.saving.load_model("final.keras")
np.testing.assert_allclose(model.predict(x, verbose=0), again.predict(x, verbose=0), atol=1e-6)
print(model.evaluate(x, y, verbose=0, return_dict=True))
