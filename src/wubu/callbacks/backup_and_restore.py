"""Going on after an interruption as if there had been none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from wubu.callbacks.base import Callback
from wubu.errors import ArgumentError


class BackupAndRestore(Callback):
    """Saves the training's state, and goes on from it when ``fit`` is called again.

    The state is all of it: weights, optimizer, metrics, random numbers, the place in the data, and what other callbacks
    keep. A resumed training gives the same weights, bit for bit, as one that was not interrupted (with data in memory, or
    data that comes in the same order again).

    Args:
        backup_dir: a folder that nothing else writes to.
        save_freq: ``"epoch"``, a number of batches, or False for never.
        double_checkpoint: keep the state before the last one too, in case the last cannot be read.
        delete_checkpoint: delete it when training ends; it stays when training is interrupted.

    Example:
        >>> model.fit(x, y, epochs=100, callbacks=[BackupAndRestore("backup")])
    """

    runs_last = True  # what the others keep must be complete

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int | bool = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        kwargs.pop("save_before_preemption", None)
        if kwargs:
            raise ArgumentError(f"BackupAndRestore got arguments that it does not have: {sorted(kwargs)}")
        if not backup_dir:
            raise ArgumentError("Empty `backup_dir` argument passed")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ArgumentError(
                f"Invalid value for argument `save_freq`. Received: save_freq={save_freq!r}. "
                "Expected either 'epoch' or an integer value."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint, self.delete_checkpoint = double_checkpoint, delete_checkpoint
        self.sampled = save_freq == "epoch" or not save_freq
        self._path = Path(self.backup_dir) / "training_state.pt"
        self._list: Any = None
        self._batches_since = 0

    def set_list(self, callbacks: Any) -> None:
        """Receive the list, through which the training under way can be looked at."""
        self._list = callbacks

    def on_train_begin(self, logs: Any = None) -> None:
        """Go on from a saved state, if there is one."""
        self._batches_since = 0
        state = self._read()
        if state is not None:
            self._list.session.pending = state

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Save when enough batches have gone by."""
        if self.sampled:
            return
        self._batches_since += 1
        if self._batches_since >= int(self.save_freq):
            self._batches_since = 0
            self._write(self._list.session.state())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save."""
        if self.save_freq == "epoch":
            self._write(self._list.session.state(epoch + 1, 0))

    def on_train_end(self, logs: Any = None) -> None:
        """Delete the state, unless training was interrupted."""
        if self.delete_checkpoint and not getattr(self._list, "interrupted", False):
            shutil.rmtree(self.backup_dir, ignore_errors=True)

    def _write(self, state: dict[str, Any]) -> None:
        from wubu.saving.training_state import write_state  # it brings HDF5 along, which most programs never need

        write_state(self._path, state, keep_previous=self.double_checkpoint)

    def _read(self) -> dict[str, Any] | None:
        from wubu.saving.training_state import read_state

        return read_state(self._path)
