"""Saving the model while it is trained."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from wubu.callbacks.metric_names import Logs
from wubu.callbacks.monitor import MonitorCallback
from wubu.core import legacy
from wubu.errors import ArgumentError, WriteError


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after epochs or every so many batches.

    Args:
        filepath: where to; its ending decides the format. It may name the epoch (from 1), the batch and any metric, as in
            ``"{epoch:02d}-{val_loss:.2f}.keras"``; a metric's other names will do.
        monitor: the metric that says what is best.
        verbose: 1 prints what it does.
        save_best_only: save only when the metric has got better.
        save_weights_only: save the weights alone.
        mode: ``"min"``, ``"max"``, or ``"auto"``, which goes by the metric.
        save_freq: ``"epoch"``, or a number of batches.
        initial_value_threshold: a value that the first save must beat.
        **kwargs: of older versions: ``period`` (save every so many epochs); ``options`` and
            ``load_weights_on_restart`` are accepted.

    Example:
        >>> model.fit(x, y, epochs=10, validation_split=0.2, callbacks=[ModelCheckpoint("best.keras", save_best_only=True)])
    """

    state_attributes = ("best", "_epochs_since", "_batches_since")

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        if "period" in kwargs:
            legacy.note("period=", "save_freq=, which counts batches")
        self.period = int(kwargs.pop("period", 1) or 1)
        for ignored in ("options", "load_weights_on_restart"):
            kwargs.pop(ignored, None)
        if kwargs:
            raise ArgumentError(f"ModelCheckpoint got arguments that it does not have: {sorted(kwargs)}")
        if save_freq != "epoch" and (isinstance(save_freq, bool) or not isinstance(save_freq, int) or save_freq < 1):
            raise ArgumentError(
                f"Unrecognized save_freq: {save_freq!r}. Expected save_freq are 'epoch' or integer values"
            )
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only, self.save_weights_only, self.save_freq = save_best_only, save_weights_only, save_freq
        self.sampled = save_freq == "epoch"
        self._epochs_since = self._batches_since = 0
        self._last_batch = -1
        self._epoch = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """A folder in the way is found now rather than after the first epoch."""
        if "{" not in self.filepath and os.path.splitext(self.filepath)[1] and os.path.isdir(self.filepath):
            raise WriteError(
                "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing "
                f"directory: {self.filepath}"
            )

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the epoch."""
        self._epoch, self._last_batch = epoch, -1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Save when enough batches have gone by."""
        if self.save_freq == "epoch":
            return
        self._batches_since += batch - self._last_batch
        self._last_batch = batch
        if self._batches_since >= int(self.save_freq):
            self._batches_since = 0
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save when enough epochs have gone by."""
        self._epochs_since += 1
        if self.save_freq == "epoch" and self._epochs_since >= self.period:
            self._epochs_since = 0
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: Any) -> None:
        path = self._path(epoch, batch, logs or {})
        if not self._is_due(epoch, logs or {}, path):
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def _is_due(self, epoch: int, logs: Any, path: str) -> bool:
        if not self.save_best_only:
            self._say(f"\nEpoch {epoch + 1}: saving model to {path}")
            return True
        current = self._monitored(logs)
        if current is None:
            warnings.warn(f"Can save best model only with {self.monitor} available.", stacklevel=2)
            return True
        if np.ndim(current) > 0:
            warnings.warn(
                f"Can save best model only when `monitor` is a scalar value. Received: {current}. "
                "Falling back to `save_best_only=False`.",
                stacklevel=2,
            )
            return True
        before = "None" if self.best is None else f"{self.best:.5f}"
        if not self._is_improvement(current, self.best):
            self._say(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {before}")
            return False
        self._say(
            f"\nEpoch {epoch + 1}: {self.monitor} improved from {before} to {current:.5f}, saving model to {path}"
        )
        self.best = current
        return True

    def _path(self, epoch: int, batch: int | None, logs: Any) -> str:
        values = Logs(logs)
        values["epoch"] = epoch + 1
        if batch is not None:
            values["batch"] = batch + 1
        try:
            return self.filepath.format_map(values)
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error} is not among '
                f"{sorted(values)}"
            ) from error

    def _say(self, text: str) -> None:
        if self.verbose > 0:
            print(text)
