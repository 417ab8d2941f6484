"""Small networks in plain torch with wubu's optimizers: the steps that the engine's tests record.

No layer, model or trainer takes part, so a failure here is the engine's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F

from wubu.core.dropout_op import keep_mask
from wubu.optimizers.adam import Adam
from wubu.optimizers.sgd import SGD


@dataclass
class Workload:
    """A step, its state, and data to run it on."""

    name: str
    forward: Callable[[torch.Tensor], torch.Tensor]
    parameters: list[torch.nn.Parameter]
    optimizer: Any
    shape: tuple[int, ...]
    classes: int
    batch_size: int
    buffers: list[torch.Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.total = torch.zeros(())
        self.correct = torch.zeros((), dtype=torch.int64)
        self.optimizer.build(self.parameters)
        for number, parameter in enumerate(self.parameters):
            parameter.path = f"{self.name}/{number}"

    def step(self, batch: Any) -> dict[str, torch.Tensor]:
        """One training step."""
        x, y = batch
        logits = self.forward(x)
        loss = F.cross_entropy(logits, y)
        gradients = torch.autograd.grad(loss, self.parameters)
        self.optimizer.apply(gradients, self.parameters)
        with torch.no_grad():
            self.total.add_(loss.detach())
            self.correct.add_((logits.softmax(1).argmax(-1) == y).sum())
        return {"loss": loss.detach(), "total": self.total}

    def state(self) -> list[torch.Tensor]:
        """Every tensor that a step changes."""
        flat = [tensor for block in self.optimizer._state.blocks for tensor in block.tensors()]
        return [*flat, *self.parameters, *self.buffers, self.total, self.correct, *self.optimizer.variables]

    def slots(self) -> list[torch.Tensor]:
        """The optimizer's flat moments."""
        return [slot for block in self.optimizer._state.blocks for slot in block.slots.values()]

    def data(self, batches: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures and labels."""
        generator = torch.Generator().manual_seed(seed)
        rows = batches * self.batch_size
        x = torch.rand(rows, *self.shape, generator=generator)
        return x, torch.randint(0, self.classes, (rows,), generator=generator)

    def load(self, other: Workload) -> None:
        """Take over another workload's state."""
        with torch.no_grad():
            for mine, theirs in zip(self.state(), other.state(), strict=True):
                mine.copy_(theirs)


class Maker:
    """Makes parameters from a seed."""

    def __init__(self, seed: int = 1) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.parameters: list[torch.nn.Parameter] = []

    def dense(self, inputs: int, outputs: int) -> Callable[[torch.Tensor], torch.Tensor]:
        """A dense layer with Keras's (in, out) kernel."""
        limit = (6 / (inputs + outputs)) ** 0.5
        kernel = self._add(torch.empty(inputs, outputs).uniform_(-limit, limit, generator=self.generator))
        bias = self._add(torch.zeros(outputs))
        return lambda x: torch.addmm(bias, x, kernel)

    def conv(self, inputs: int, outputs: int, size: int, stride: int = 1) -> Callable[[torch.Tensor], torch.Tensor]:
        """A convolution on NHWC tensors; the kernel's shape is HWIO, its memory OIHW in channels_last."""
        limit = (6 / (size * size * (inputs + outputs))) ** 0.5
        kernel = torch.empty(outputs, size, size, inputs).uniform_(-limit, limit, generator=self.generator)
        weight = self._add(kernel.permute(1, 2, 3, 0))
        bias = self._add(torch.zeros(outputs))
        padding = size // 2 if stride == 1 else 0

        def call(x: torch.Tensor) -> torch.Tensor:
            y = F.conv2d(x.permute(0, 3, 1, 2), weight.permute(3, 2, 0, 1), bias, stride=stride, padding=padding)
            return y.permute(0, 2, 3, 1)

        return call

    def norm(self, width: int, buffers: list[torch.Tensor]) -> Callable[[torch.Tensor], torch.Tensor]:
        """Batch normalisation with Keras's momentum."""
        scale, shift = self._add(torch.ones(width)), self._add(torch.zeros(width))
        mean, variance = torch.zeros(width), torch.ones(width)
        buffers += [mean, variance]

        def call(x: torch.Tensor) -> torch.Tensor:
            y, batch_mean, inverse = torch.native_batch_norm(x, scale, shift, None, None, True, 0.0, 1e-3)
            with torch.no_grad():  # Keras's moving variance is the biased one
                mean.lerp_(batch_mean.detach(), 0.01)
                variance.lerp_(inverse.detach().pow(-2).sub_(1e-3), 0.01)
            return y

        return call

    def _add(self, value: torch.Tensor) -> torch.nn.Parameter:
        parameter = torch.nn.Parameter(value)
        self.parameters.append(parameter)
        return parameter


def pool(x: torch.Tensor) -> torch.Tensor:
    """2 x 2 max-pooling of an NHWC tensor."""
    return F.max_pool2d(x.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)


def mlp(optimizer: Any = None, widths: tuple[int, ...] = (784, 128, 60, 10), name: str = "mlp") -> Workload:
    """784-128-60-10 on 28 x 28 pictures."""
    make = Maker()
    layers = [make.dense(a, b) for a, b in zip(widths, widths[1:])]

    def forward(x: torch.Tensor) -> torch.Tensor:
        x = x.reshape(x.shape[0], -1)
        for layer in layers[:-1]:
            x = layer(x).relu()
        return layers[-1](x)

    return Workload(name, forward, make.parameters, optimizer or Adam(), (28, 28), widths[-1], 32)


def mlp2() -> Workload:
    """784-300-100-10 with plain gradient descent."""
    return mlp(SGD(0.01), (784, 300, 100, 10), "mlp2")


def deep(layers: int = 20, optimizer: Any = None) -> Workload:
    """Many narrow layers with batch normalisation behind each."""
    make, buffers = Maker(), []  # type: ignore[var-annotated]
    blocks = []
    width = 784
    for _ in range(layers):
        blocks.append((make.dense(width, 100), make.norm(100, buffers)))
        width = 100
    last = make.dense(100, 10)

    def forward(x: torch.Tensor) -> torch.Tensor:
        x = x.reshape(x.shape[0], -1)
        for dense, norm in blocks:
            x = norm(dense(x).relu())
        return last(x)

    return Workload("deep", forward, make.parameters, optimizer or SGD(0.01), (28, 28), 10, 32, buffers)


def cnn(rate: float = 0.25, batch_size: int = 32) -> Workload:
    """Two convolutions with pooling, a dense layer with dropout."""
    make = Maker()
    c1, c2 = make.conv(1, 8, 5), make.conv(8, 16, 5)
    d1, d2 = make.dense(784, 100), make.dense(100, 10)

    def forward(x: torch.Tensor) -> torch.Tensor:
        x = pool(c1(x.unsqueeze(-1)).relu())
        x = pool(c2(x).relu())
        x = d1(x.reshape(x.shape[0], -1)).relu()
        if rate:
            x = x * keep_mask(x, rate)
        return d2(x)

    return Workload("cnn", forward, make.parameters, Adam(), (28, 28), 10, batch_size)


def lenet() -> Workload:
    """LeNet-5 of 1998, but for the connections between its maps: tanh and average pooling."""
    make = Maker()
    c1, c2 = make.conv(1, 6, 5), make.conv(6, 16, 5)
    d1, d2, d3 = make.dense(784, 120), make.dense(120, 84), make.dense(84, 10)

    def averages(x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(x.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)

    def forward(x: torch.Tensor) -> torch.Tensor:
        x = averages(c1(x.unsqueeze(-1)).tanh())
        x = averages(c2(x).tanh())
        return d3(d2(d1(x.reshape(x.shape[0], -1)).tanh()).tanh())

    return Workload("lenet", forward, make.parameters, Adam(), (28, 28), 10, 32)


def xray(side: int = 96) -> Workload:
    """Three strided convolutions on colour pictures."""
    make = Maker()
    c1, c2, c3 = make.conv(3, 32, 3, 2), make.conv(32, 64, 3, 2), make.conv(64, 128, 3, 2)
    after = side
    for pooled in (True, True, False):
        after = (after - 3) // 2 + 1
        after = after // 2 if pooled else after
    d1, d2 = make.dense(after * after * 128, 128), make.dense(128, 2)

    def forward(x: torch.Tensor) -> torch.Tensor:
        x = pool(c1(x).relu())
        x = pool(c2(x).relu())
        x = c3(x).relu()
        return d2(d1(x.reshape(x.shape[0], -1)).relu())

    return Workload("xray", forward, make.parameters, Adam(), (side, side, 3), 2, 8)
