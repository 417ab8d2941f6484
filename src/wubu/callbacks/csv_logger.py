"""Every epoch as a line of a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np

from wubu.callbacks.base import Callback


class CSVLogger(Callback):
    """Writes a line per epoch: ``epoch`` (from 0) and every metric, in alphabetical order.

    Args:
        filename: the file; its folder is made.
        separator: between columns.
        append: whether a file that is there goes on, rather than being replaced.

    Example:
        >>> model.fit(x, y, epochs=5, callbacks=[CSVLogger("log.csv")])
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self.csv_file: IO[str] | None = None
        self.writer: Any = None
        self.keys: list[str] | None = None
        self.append_header = True

    def on_train_begin(self, logs: Any = None) -> None:
        """Open the file."""
        path = Path(self.filename)
        self.append_header = not (self.append and path.exists() and path.stat().st_size > 0)
        self._close()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.csv_file = path.open("a" if self.append else "w", newline="", encoding="utf-8")
        self.writer, self.keys = None, None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write a line."""
        logs = logs or {}
        if self.csv_file is None:
            self.on_train_begin()
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                # Validation may come in a later epoch.
                self.keys += [f"val_{key}" for key in self.keys]
        if self.writer is None:
            assert self.csv_file is not None
            self.writer = csv.DictWriter(self.csv_file, ["epoch", *self.keys], delimiter=self.sep)
            if self.append_header:
                self.writer.writeheader()
        self.writer.writerow({"epoch": epoch, **{key: _cell(logs.get(key, "NA")) for key in self.keys}})
        assert self.csv_file is not None
        self.csv_file.flush()

    def on_train_end(self, logs: Any = None) -> None:
        """Close the file."""
        self._close()
        self.writer = None

    def abandon(self) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        if self.csv_file is not None and not self.csv_file.closed:
            self.csv_file.close()


def _cell(value: Any) -> Any:
    if isinstance(value, str) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value
    if isinstance(value, Iterable):
        return f'"[{", ".join(map(str, value))}]"'
    return value
