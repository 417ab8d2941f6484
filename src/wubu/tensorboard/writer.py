"""Writers of event files, and the one that is current."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wubu.tensorboard.protos import load

_local = threading.local()


class SummaryWriter:
    """Writes events into a folder that TensorBoard watches.

    Args:
        logdir: the folder; it is made.
        max_queue: how many events wait in memory before they are written.
        flush_millis: after how many milliseconds they are written in any case.
        filename_suffix: appended to the file's name.
        name: kept for TensorFlow's sake.

    Example:
        >>> with create_file_writer("logs/run").as_default():
        ...     summary.scalar("loss", 0.5, step=1)
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        max_queue: int | None = None,
        flush_millis: int | None = None,
        filename_suffix: str | None = None,
        name: str | None = None,
    ) -> None:
        self.logdir = Path(logdir)
        self.name = name
        self._options = {
            "max_queue_size": 10 if max_queue is None else max_queue,
            "flush_secs": 120 if flush_millis is None else max(1, flush_millis // 1000),
            "filename_suffix": filename_suffix or "",
        }
        self._file: Any = None
        load()  # says at once when the package is missing

    def add(self, value: Any, step: int, wall_time: float | None = None) -> None:
        """Write a value of a summary."""
        self.add_event(summary=load().Summary(value=[value]), step=int(step), wall_time=wall_time)

    def add_event(self, wall_time: float | None = None, **fields: Any) -> None:
        """Write an event with given fields."""
        if self._file is None:  # the file begins with the first event, so that idle writers leave none behind
            self.logdir.mkdir(parents=True, exist_ok=True)
            self._file = load().EventFileWriter(str(self.logdir), **self._options)
        self._file.add_event(load().Event(wall_time=time.time() if wall_time is None else wall_time, **fields))

    @contextmanager
    def as_default(self, step: int | None = None) -> Iterator[SummaryWriter]:
        """Make this the writer that ``summary`` writes to, within a ``with`` block."""
        before, before_step = default_writer(), default_step()
        _local.writer = self
        if step is not None:
            _local.step = step
        try:
            yield self
        finally:
            self.flush()
            _local.writer, _local.step = before, before_step

    def set_as_default(self, step: int | None = None) -> None:
        """Make this the writer that ``summary`` writes to, from now on."""
        _local.writer = self
        if step is not None:
            _local.step = step

    def init(self) -> None:
        """Nothing is left to do; kept for TensorFlow's sake."""

    def flush(self) -> None:
        """Write what waits."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Write what waits and close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def create_file_writer(
    logdir: str | os.PathLike[str],
    max_queue: int | None = None,
    flush_millis: int | None = None,
    filename_suffix: str | None = None,
    name: str | None = None,
) -> SummaryWriter:
    """Make a writer; see ``SummaryWriter``."""
    return SummaryWriter(logdir, max_queue, flush_millis, filename_suffix, name)


def default_writer() -> SummaryWriter | None:
    """The writer that is current in this thread."""
    return getattr(_local, "writer", None)


def default_step() -> int | None:
    """The step that summaries without one get."""
    return getattr(_local, "step", None)


def set_step(step: int | None) -> None:
    """Set the step that summaries without one get."""
    _local.step = step
