"""A plain torch loop, as torch's tutorials write it, with the data in memory.

``torch-compile`` is what an experienced user makes of it: ``torch.compile``, the fused optimizer, channels last.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from bench import torch_models
from bench.trainers.run import Run


def optimizer_of(run: Run, module: nn.Module, **settings: Any) -> torch.optim.Optimizer:
    """The workload's optimizer, at Keras's rates."""
    if run.workload.optimizer == "adam":
        return torch.optim.Adam(module.parameters(), lr=1e-3, eps=1e-7, **settings)
    return torch.optim.SGD(module.parameters(), lr=1e-2, **settings)


class Best:
    """What early stopping, a plateau and a checkpoint do: remember the best loss and write the weights then."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder) / "best.pt"
        self.loss = float("inf")

    def seen(self, loss: float, module: nn.Module) -> None:
        """A loss of validation."""
        if loss < self.loss:
            self.loss = loss
            torch.save(module.state_dict(), self.path)


def train(run: Run) -> None:
    """Epochs until the clock has enough."""
    tuned = run.contender.name == "torch-compile"
    x, y = torch_models.tensors(*run.train)
    plain = torch_models.build(run.workload.name).to(x.device)
    module: Any = plain
    if tuned:
        if x.dim() == 4:
            plain = plain.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            x = x.contiguous(memory_format=torch.channels_last)
        module = torch.compile(plain)
    loss_of = nn.CrossEntropyLoss()
    optimizer = optimizer_of(run, plain, **({"fused": True} if tuned else {}))
    size = run.workload.batch_size
    valid = torch_models.tensors(*run.valid) if run.valid is not None else None
    best = Best(run.callbacks) if run.callbacks is not None else None
    run.clock.begin()
    while True:
        module.train()
        order = torch.randperm(len(y), device=y.device)
        total = torch.zeros((), device=y.device)
        correct = torch.zeros((), dtype=torch.int64, device=y.device)
        for start in range(0, len(y), size):
            rows = order[start : start + size]
            labels = y[rows]
            with torch.autocast(y.device.type, torch.bfloat16, enabled=run.bf16):
                logits = module(x[rows])
                loss = loss_of(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(labels)
            correct += (logits.argmax(1) == labels).sum()
        accuracy = None
        if valid is not None:
            loss_then, accuracy = evaluate(module, *valid, size, run.bf16)
            if best is not None:
                best.seen(loss_then, plain)
        if run.clock.ended(float(total) / len(y), accuracy):
            return


def evaluate(module: Any, x: torch.Tensor, y: torch.Tensor, size: int, bf16: bool = False) -> tuple[float, float]:
    """Loss and accuracy over all rows."""
    module.eval()
    total = torch.zeros((), device=y.device)
    correct = torch.zeros((), dtype=torch.int64, device=y.device)
    with torch.no_grad(), torch.autocast(y.device.type, torch.bfloat16, enabled=bf16):
        for start in range(0, len(y), size):
            labels = y[start : start + size]
            logits = module(x[start : start + size])
            total += nn.functional.cross_entropy(logits, labels, reduction="sum")
            correct += (logits.argmax(1) == labels).sum()
    return float(total) / len(y), float(correct) / len(y)
