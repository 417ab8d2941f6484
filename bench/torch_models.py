"""The same models as torch modules, written as torch's own users write them: (batch, channels, height, width), logits.

Sizes, strides, dropout and normalisation are those of ``keras_models``; tests compare the numbers of parameters.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def _conv(i: int, o: int, k: int, stride: int = 1, padding: int = 0) -> list[nn.Module]:
    return [nn.Conv2d(i, o, k, stride, padding), nn.ReLU()]


def _dense(*sizes: int) -> list[nn.Module]:
    made: list[nn.Module] = []
    for i, o in zip(sizes, sizes[1:]):
        made += [nn.Linear(i, o), nn.ReLU()]
    return made


def mlp() -> nn.Module:
    """784-128-60-10."""
    return nn.Sequential(nn.Flatten(), *_dense(784, 128, 60), nn.Linear(60, 10))


def mlp2() -> nn.Module:
    """784-300-100-10."""
    return nn.Sequential(nn.Flatten(), *_dense(784, 300, 100), nn.Linear(100, 10))


def deep() -> nn.Module:
    """Twenty narrow layers, each normalised."""
    made: list[nn.Module] = [nn.Flatten()]
    for number in range(20):
        made += [*_dense(784 if number == 0 else 100, 100), nn.BatchNorm1d(100, 1e-3, 0.01)]
    return nn.Sequential(*made, nn.Linear(100, 10))


def cnn() -> nn.Module:
    """Two convolutions with dropout before the classes."""
    first = [*_conv(1, 8, 5, 1, 2), nn.MaxPool2d(2), *_conv(8, 16, 5, 1, 2), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*first, *_dense(784, 100), nn.Dropout(0.25), nn.Linear(100, 10))


def alex() -> nn.Module:
    """AlexNet's plan on small pictures."""
    made = [*_conv(1, 16, 3, 1, 1), nn.MaxPool2d(2), *_conv(16, 32, 3, 1, 1), nn.MaxPool2d(2)]
    made += [*_conv(32, 64, 3, 1, 1), *_conv(64, 128, 3, 1, 1), *_conv(128, 256, 3, 1, 1)]
    made += [nn.MaxPool2d(2, 2, ceil_mode=True), nn.Flatten()]
    for i, o in ((4096, 4096), (4096, 2048), (2048, 1024)):
        made += [*_dense(i, o), nn.Dropout(0.4)]
    return nn.Sequential(*made, nn.Linear(1024, 10))


def xray() -> nn.Module:
    """Strided convolutions on large pictures."""
    made = [*_conv(3, 32, 3, 2), nn.MaxPool2d(2), *_conv(32, 64, 3, 2), nn.MaxPool2d(2), *_conv(64, 128, 3, 2)]
    return nn.Sequential(*made, nn.Flatten(), *_dense(128 * 15 * 15, 128), nn.Linear(128, 2))


def lenet5() -> nn.Module:
    """LeNet-5 as it is taught."""
    made: list[nn.Module] = [nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)]
    made += [nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()]
    return nn.Sequential(*made, nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def cifar() -> nn.Module:
    """The usual small network for CIFAR-10."""
    made: list[nn.Module] = []
    for i, o in ((3, 32), (32, 64)):
        made += [*_conv(i, o, 3, 1, 1), *_conv(o, o, 3, 1, 1), nn.MaxPool2d(2), nn.Dropout(0.25)]
    return nn.Sequential(*made, nn.Flatten(), *_dense(4096, 256), nn.Dropout(0.5), nn.Linear(256, 10))


class _Lstm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5000, 64)
        self.lstm = nn.LSTM(64, 64, batch_first=True)
        self.classes = nn.Linear(64, 2)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        outputs, _ = self.lstm(self.embedding(words))
        return self.classes(outputs[:, -1])


def lstm() -> nn.Module:
    """One recurrent layer over embedded words."""
    return _Lstm()


def vgg16() -> nn.Module:
    """Thirteen convolutions and three dense layers."""
    made: list[nn.Module] = []
    before = 3
    for filters, number in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(number):
            made += _conv(before, filters, 3, 1, 1)
            before = filters
        made += [nn.MaxPool2d(2)]
    return nn.Sequential(*made, nn.Flatten(), *_dense(512 * 7 * 7, 4096, 4096), nn.Linear(4096, 1000))


class _Bottleneck(nn.Module):
    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        after = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(before, width, 1, stride),
            _normal(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            _normal(width),
            nn.ReLU(),
            nn.Conv2d(width, after, 1),
            _normal(after),
        )
        self.shortcut: nn.Module = nn.Identity()
        if before != after or stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(before, after, 1, stride), _normal(after))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.shortcut(x))


def _normal(channels: int) -> nn.Module:
    return nn.BatchNorm2d(channels, 1.001e-5, 0.01)


def resnet50() -> nn.Module:
    """Four stages of bottleneck blocks, strides and biases where Keras's ResNet50 has them."""
    made: list[nn.Module] = [nn.Conv2d(3, 64, 7, 2, 3), _normal(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    before = 64
    for stage, (width, number) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for block in range(number):
            made.append(_Bottleneck(before, width, 2 if block == 0 and stage > 0 else 1))
            before = 4 * width
    return nn.Sequential(*made, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 1000))


class _Transformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5000, 128)
        self.positions = nn.Parameter(torch.empty(64, 128).uniform_(-0.05, 0.05))
        blocks = [nn.TransformerEncoderLayer(128, 4, 256, 0.1, batch_first=True) for _ in range(2)]
        self.blocks = nn.Sequential(*blocks)
        self.classes = nn.Linear(128, 10)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.classes(self.blocks(self.embedding(words) + self.positions).mean(1))


def transformer() -> nn.Module:
    """Two encoder blocks over embedded words with learned positions."""
    return _Transformer()


def build(name: str) -> nn.Module:
    """The module of a workload."""
    made: nn.Module = globals()[name]()
    return made


def tensors(x: Any, y: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """A workload's arrays as torch's users have them: pictures with their channels first, on the device."""
    inputs = torch.from_numpy(x)
    inputs = inputs.permute(0, 3, 1, 2).contiguous() if inputs.dim() == 4 else inputs
    return inputs.to(device()), torch.from_numpy(y).long().to(device())


def device() -> torch.device:
    """The GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
