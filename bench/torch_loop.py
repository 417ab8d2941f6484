"""The same models as a plain torch training loop, written as torch's own tutorials write it, data in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def layers_of(name: str) -> list[Any]:
    """The workload's layers as torch modules, NCHW."""
    from torch import nn

    def conv(i: int, o: int, k: int, stride: int = 1, padding: int = 0) -> list[Any]:
        return [nn.Conv2d(i, o, k, stride, padding), nn.ReLU()]

    if name == "mlp":
        return [nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 60), nn.ReLU(), nn.Linear(60, 10)]
    if name == "mlp2":
        return [nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)]
    if name == "deep":
        made: list[Any] = [nn.Flatten()]
        for i in range(20):
            made += [nn.Linear(784 if i == 0 else 100, 100), nn.ReLU(), nn.BatchNorm1d(100, 1e-3, 0.01)]
        return [*made, nn.Linear(100, 10)]
    if name == "cnn":
        return [
            *conv(1, 8, 5, 1, 2), nn.MaxPool2d(2), *conv(8, 16, 5, 1, 2), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(784, 100), nn.ReLU(), nn.Dropout(0.25), nn.Linear(100, 10),
        ]  # fmt: skip
    if name == "alex":
        made = [*conv(1, 16, 3, 1, 1), nn.MaxPool2d(2), *conv(16, 32, 3, 1, 1), nn.MaxPool2d(2)]
        made += [*conv(32, 64, 3, 1, 1), *conv(64, 128, 3, 1, 1), *conv(128, 256, 3, 1, 1)]
        made += [nn.MaxPool2d(2, 2, ceil_mode=True), nn.Flatten()]
        for i, o in ((4096, 4096), (4096, 2048), (2048, 1024)):
            made += [nn.Linear(i, o), nn.ReLU(), nn.Dropout(0.4)]
        return [*made, nn.Linear(1024, 10)]
    return [
        *conv(3, 32, 3, 2), nn.MaxPool2d(2), *conv(32, 64, 3, 2), nn.MaxPool2d(2), *conv(64, 128, 3, 2), nn.Flatten(),
        nn.Linear(128 * 15 * 15, 128), nn.ReLU(), nn.Linear(128, 2),
    ]  # fmt: skip


def trainer(workload: Any, x: Any, y: Any) -> Callable[[], float]:
    """A function that trains one epoch and returns its mean loss."""
    import torch
    from torch import nn

    pictures = torch.from_numpy(x)
    pictures = pictures.permute(0, 3, 1, 2).contiguous() if pictures.dim() == 4 else pictures
    labels = torch.from_numpy(y)
    model = nn.Sequential(*layers_of(workload.name)).train()
    loss_of = nn.CrossEntropyLoss()
    make = torch.optim.Adam if workload.optimizer == "adam" else torch.optim.SGD
    optimizer = make(model.parameters(), lr=1e-3 if workload.optimizer == "adam" else 1e-2)
    size = workload.batch_size

    def epoch() -> float:
        order = torch.randperm(len(labels))
        total = torch.zeros(())
        correct = torch.zeros((), dtype=torch.int64)
        for start in range(0, len(labels), size):
            rows = order[start : start + size]
            logits = model(pictures[rows])
            loss = loss_of(logits, labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
            correct += (logits.argmax(1) == labels[rows]).sum()
        return float(total) / workload.steps

    return epoch
