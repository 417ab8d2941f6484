"""Every layer and model is a torch module: torch modules in wubu models, wubu models in torch programs."""

import torch

import wubu as keras
from wubu import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.digits.load_data()
x_train, x_test = (x_train / 16).astype("float32"), (x_test / 16).astype("float32")

# A torch module as a layer, trained by fit.
model = keras.Sequential(
    [
        keras.Input((8, 8)),
        layers.Flatten(),
        torch.nn.Linear(64, 64),
        layers.ReLU(),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20, verbose=0)
print("fit:        ", model.evaluate(x_test, y_test, verbose=0))

# wubu layers in an nn.Sequential, trained by a torch loop.
net = torch.nn.Sequential(
    keras.Sequential([keras.Input((8, 8)), layers.Flatten(), layers.Dense(64, activation="relu")]),
    torch.nn.Linear(64, 10),
)
optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
x, y = torch.as_tensor(x_train), torch.as_tensor(y_train).long()
net.train()
for _ in range(20):
    for rows in torch.randperm(len(x)).split(32):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
        optimizer.step()
net.eval()
with torch.no_grad():
    accuracy = (net(torch.as_tensor(x_test)).argmax(1) == torch.as_tensor(y_test)).float().mean()
print("torch loop: ", float(accuracy))
