# Keras 3: functional model on dict inputs with lookup and normalisation layers
import keras
import numpy as np
from keras import layers

rs = np.random.RandomState(0)
age = rs.randint(20, 80, 64).astype("float32")
city = rs.choice(["paris", "tokyo", "lima"], 64)
y = (age > 50).astype("float32")
normalizer = layers.Normalization(axis=None)
normalizer.adapt(age)
lookup = layers.StringLookup(vocabulary=["paris", "tokyo", "lima"], output_mode="int")
codes = np.asarray(lookup(city)).astype("int32")

inputs = {"age": keras.Input((1,), name="age"), "city": keras.Input((1,), name="city", dtype="int32")}
embedded = layers.Flatten()(layers.Embedding(4, 3)(inputs["city"]))
hidden = layers.Dense(8, activation="relu")(layers.Concatenate()([normalizer(inputs["age"]), embedded]))
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(hidden))
model.compile(keras.optimizers.AdamW(learning_rate=0.01, weight_decay=1e-4), "binary_crossentropy",
              metrics=[keras.metrics.AUC(name="auc"), keras.metrics.BinaryAccuracy()])
history = model.fit({"age": age[:, None], "city": codes[:, None]}, y, epochs=3, batch_size=16, verbose=2)
assert "auc" in history.history
print(model.predict({"age": age[:2, None], "city": codes[:2, None]}, verbose=0))
