# Keras 3: a training loop written for torch, a custom optimizer-free step, metrics and losses of Keras, a PyDataset
import math

import keras
import numpy as np
import torch

assert keras.backend.backend() == "torch", keras.backend.backend()


class Batches(keras.utils.PyDataset):
    def __init__(self, x, y, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[rows], self.y[rows]


x = np.random.RandomState(0).rand(64, 4).astype("float32")
y = (x.sum(axis=1) > 2).astype("int64")
inputs = keras.Input(shape=(4,))
model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Dense(16, activation="relu")(inputs)))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
loss_fn = torch.nn.CrossEntropyLoss()
metric = keras.metrics.SparseCategoricalAccuracy()
for epoch in range(3):
    for rows in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)), 16):
        logits = model(rows[0])
        loss = loss_fn(logits, rows[1])
        model.zero_grad()
        loss.backward()
        optimizer.step()
        metric.update_state(rows[1], logits)
    print(f"epoch {epoch}: {float(loss):.4f} {float(metric.result()):.4f}")
    metric.reset_state()

model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
model.fit(Batches(x, y, 16, workers=1), epochs=1)
