"""Smaller steps when a metric has ceased to get better."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from wubu.callbacks.learning_rates import log_rates, named_optimizers
from wubu.callbacks.monitor import MonitorCallback
from wubu.errors import ArgumentError


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by a factor when a metric has not got better for a while.

    Args:
        monitor: the metric.
        factor: what to multiply the rate by, below 1.
        patience: epochs without getting better after which it does.
        verbose: 1 prints what it does.
        mode: ``"min"``, ``"max"``, or ``"auto"``, which goes by the metric.
        min_delta: by how much the metric must get better to count; ``epsilon`` is its older name.
        cooldown: epochs to wait after a reduction before watching again.
        min_lr: the rate does not fall below it.

    Example:
        >>> model.fit(x, y, epochs=100, validation_split=0.2, callbacks=[ReduceLROnPlateau(factor=0.5, patience=3)])
    """

    state_attributes = ("best", "cooldown_counter", "wait")

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode, min_delta=kwargs.pop("epsilon", min_delta))
        if kwargs:
            raise ArgumentError(f"ReduceLROnPlateau got arguments that it does not have: {sorted(kwargs)}")
        if factor >= 1.0:
            raise ArgumentError(f"ReduceLROnPlateau does not support a factor >= 1.0. Received factor={factor}")
        self.factor, self.min_lr, self.patience = factor, min_lr, patience
        self.verbose, self.cooldown = verbose, cooldown
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the last training."""
        self.best = None
        self.cooldown_counter = self.wait = 0

    def in_cooldown(self) -> bool:
        """Whether it waits after a reduction."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Log the rate, compare, and reduce when patience is at its end."""
        logs = {} if logs is None else logs
        log_rates(self.model.optimizer, logs)
        current = self._monitored(logs)
        if current is None:
            warnings.warn(
                f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}.",
                stacklevel=2,
            )
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter = self.cooldown
                self.wait = 0

    def _reduce(self, epoch: int) -> bool:
        reduced = False
        for name, optimizer in named_optimizers(self.model.optimizer):
            old = float(optimizer.learning_rate)
            if old > np.float32(self.min_lr):
                new = max(old * self.factor, self.min_lr)
                optimizer.learning_rate = new
                reduced = True
                if self.verbose > 0:
                    of = f" {name}" if name else ""
                    print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing{of} learning rate to {new}.")
        return reduced
