"""Training with PyTorch Lightning: nothing that costs time is on, and a batch is one gather instead of a row at a time."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset

from bench import torch_models
from bench.trainers.run import Run
from bench.trainers.torch_loop import optimizer_of


def loader(rows: TensorDataset, size: int, shuffle: bool) -> DataLoader[Any]:
    """Batches drawn by lists of indices, torch's recipe for data in memory."""
    order: Any = RandomSampler(rows) if shuffle else SequentialSampler(rows)
    return DataLoader(rows, sampler=BatchSampler(order, size, drop_last=False), batch_size=None)


class Module(pl.LightningModule):
    """A workload's module; totals are kept on the device, as Lightning's own metrics do."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run_asked = run
        self.net = torch_models.build(run.workload.name)
        self.loss_of = nn.CrossEntropyLoss()
        self._forget()

    def _forget(self) -> None:
        self.total, self.correct, self.seen = torch.zeros(()), torch.zeros(()), 0
        self.valid_total, self.valid_correct, self.valid_seen = torch.zeros(()), torch.zeros(()), 0

    def on_train_epoch_start(self) -> None:
        """A new epoch."""
        self._forget()

    def training_step(self, batch: Any, index: int) -> torch.Tensor:
        """The loss of a batch."""
        x, y = batch
        logits = self.net(x)
        loss: torch.Tensor = self.loss_of(logits, y)
        self.total = self.total + loss.detach() * len(y)
        self.correct = self.correct + (logits.argmax(1) == y).sum()
        self.seen += len(y)
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        """The loss and accuracy of a batch."""
        x, y = batch
        logits = self.net(x)
        self.valid_total = self.valid_total + self.loss_of(logits, y) * len(y)
        self.valid_correct = self.valid_correct + (logits.argmax(1) == y).sum()
        self.valid_seen += len(y)

    def on_validation_epoch_end(self) -> None:
        """What callbacks monitor."""
        self.log("val_loss", self.valid_total / self.valid_seen)

    def configure_optimizers(self) -> Any:
        """The workload's optimizer."""
        return optimizer_of(self.run_asked, self)


class Times(pl.Callback):
    """Tells the clock when an epoch, with its validation, is over."""

    def __init__(self, run: Run) -> None:
        self.clock = run.clock

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Tell it."""
        own: Any = module
        accuracy = float(own.valid_correct) / own.valid_seen if own.valid_seen else None
        trainer.should_stop = self.clock.ended(float(own.total) / own.seen, accuracy)


def train(run: Run) -> None:
    """One ``Trainer.fit``."""
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    size = run.workload.batch_size
    loaders = [loader(TensorDataset(*torch_models.tensors(*run.train)), size, True)]
    if run.valid is not None:
        loaders.append(loader(TensorDataset(*torch_models.tensors(*run.valid)), size, False))
    callbacks: list[pl.Callback] = []
    if run.callbacks is not None:
        callbacks.append(pl.callbacks.EarlyStopping("val_loss", patience=1000))
        callbacks.append(pl.callbacks.ModelCheckpoint(run.callbacks, monitor="val_loss", save_top_k=1))
    trainer = pl.Trainer(
        max_epochs=run.clock.epochs,
        min_epochs=1,
        accelerator="auto",
        devices=1,
        precision="bf16-mixed" if run.bf16 else "32-true",
        logger=False,
        enable_checkpointing=run.callbacks is not None,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
        callbacks=[*callbacks, Times(run)],
    )
    module = Module(run)
    run.clock.begin()
    trainer.fit(module, *loaders)
