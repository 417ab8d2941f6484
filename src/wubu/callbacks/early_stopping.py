"""Stopping when a metric has ceased to get better."""

from __future__ import annotations

import warnings
from typing import Any

from wubu.callbacks.monitor import MonitorCallback
from wubu.callbacks.weights import copy_weights, put_back


class EarlyStopping(MonitorCallback):
    """Stops training when a metric has not got better for a while.

    Args:
        monitor: the metric.
        min_delta: by how much it must get better to count.
        patience: epochs without getting better after which training stops.
        verbose: 1 prints what it does.
        mode: ``"min"``, ``"max"``, or ``"auto"``, which goes by the metric.
        baseline: a value that must be beaten for patience to start anew.
        restore_best_weights: end with the weights of the best epoch, whether training was stopped or not.
        start_from_epoch: epochs to wait before watching.

    Example:
        >>> model.fit(x, y, epochs=100, validation_split=0.2, callbacks=[EarlyStopping(patience=3)])
    """

    state_attributes = ("best", "best_epoch", "best_weights", "stopped_epoch", "wait")

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the last training."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = None
        self.best_weights = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Compare, and stop when patience is at its end."""
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best = current
            self.best_epoch = epoch
            if self.restore_best_weights:
                self._keep(epoch)
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:
        """Say so, and put the best weights back."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            put_back(self.model, self.best_weights)

    def get_monitor_value(self, logs: Any) -> Any:
        """The metric's value; warns when it was not logged."""
        value = self._monitored(logs)
        if value is None:
            warnings.warn(
                f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs or ())}",
                stacklevel=2,
            )
        return value

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        self.best_weights = copy_weights(self.model)
