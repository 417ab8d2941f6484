"""Training with skorch: its printing is off, and a batch is one gather instead of a row at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback, Checkpoint, EarlyStopping
from skorch.helper import predefined_split
from torch import nn
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler, TensorDataset

from bench import torch_models
from bench.trainers.run import Run


class Times(Callback):  # type: ignore[misc]
    """Tells the clock; skorch ends a training at an interrupt."""

    def __init__(self, run: Run) -> None:
        self.run_asked = run

    def on_epoch_end(self, net: Any, **_: Any) -> None:
        """Tell it."""
        last = net.history[-1]
        if self.run_asked.clock.ended(last["train_loss"], last.get("valid_acc")):
            raise KeyboardInterrupt


class InBf16(nn.Module):
    """A module under autocast; the loss stays outside, in float32."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits."""
        with torch.autocast(x.device.type, torch.bfloat16):
            logits: torch.Tensor = self.module(x)
        return logits.float()


def train(run: Run) -> None:
    """One ``fit``."""
    x, y = torch_models.tensors(*run.train)
    size = run.workload.batch_size
    settings: dict[str, Any] = {
        "iterator_train__sampler": BatchSampler(RandomSampler(x), size, drop_last=False),
        "iterator_train__batch_size": None,
    }
    callbacks: list[Any] = []
    if run.valid is not None:
        rows = TensorDataset(*torch_models.tensors(*run.valid))
        settings["train_split"] = predefined_split(rows)
        settings["iterator_valid__sampler"] = BatchSampler(SequentialSampler(rows), size, drop_last=False)
        settings["iterator_valid__batch_size"] = None
    else:
        settings["train_split"] = None
    if run.callbacks is not None:
        callbacks.append(("stopping", EarlyStopping("valid_loss", patience=1000)))
        callbacks.append(("checkpoint", Checkpoint(monitor="valid_loss_best", dirname=str(Path(run.callbacks)))))
    adam = run.workload.optimizer == "adam"
    module = torch_models.build(run.workload.name)
    if adam:
        settings["optimizer__eps"] = 1e-7
    net = NeuralNetClassifier(
        InBf16(module) if run.bf16 else module,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam if adam else torch.optim.SGD,
        lr=1e-3 if adam else 1e-2,
        max_epochs=run.clock.epochs,
        batch_size=size,
        verbose=0,
        device=str(torch_models.device()),
        callbacks=[*callbacks, ("times", Times(run))],
        **settings,
    )
    run.clock.begin()
    net.fit(x, y)
