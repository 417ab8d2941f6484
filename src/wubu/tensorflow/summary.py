"""``tf.summary``: event files for TensorBoard, written by ``wubu.tensorboard``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from wubu.core.capture import is_capturing
from wubu.errors import CaptureError
from wubu.tensorboard import summary as core
from wubu.tensorboard.writer import SummaryWriter, create_file_writer
from wubu.tensorflow.conversion import integer
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.tensor import host_value
from wubu.tensorflow.text import StringTensor, scalar_of, values_of

__all__ = [
    "SummaryWriter",
    "create_file_writer",
    "create_noop_writer",
    "experimental",
    "flush",
    "graph",
    "histogram",
    "image",
    "record_if",
    "scalar",
    "should_record_summaries",
    "text",
    "trace_export",
    "trace_off",
    "trace_on",
]

_recording: list[Any] = [True]


def _plain(data: Any) -> Any:
    if isinstance(data, StringTensor):
        found = values_of(data)
        return [t.decode() for t in found.reshape(-1)] if found.ndim else scalar_of(data).decode()
    return host_value(data) if isinstance(data, torch.Tensor) else data


def _write(function: Any, name: str, data: Any, step: Any, *args: Any, **kwargs: Any) -> Any:
    if is_capturing():
        raise CaptureError("a summary is written in the middle of the step")
    done = _records() and function(name, _plain(data), None if step is None else integer(step), *args, **kwargs)
    return to_facade(torch.tensor(bool(done)))


def _records() -> bool:
    found = _recording[-1]
    return bool(found() if callable(found) else found)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> Any:
    """Write a number; False when there is no current writer.

    Args:
        name: the tag.
        data: a single number.
        step: when; default the step that was set.
        description: shown in TensorBoard.
    """
    return _write(core.scalar, name, data, step, description)


def histogram(name: str, data: Any, step: Any = None, buckets: Any = None, description: str | None = None) -> Any:
    """Write the distribution of numbers; see ``scalar``."""
    return _write(core.histogram, name, data, step, buckets, description)


def image(name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None) -> Any:
    """Write pictures of shape (number, height, width, channels); see ``scalar``."""
    if isinstance(data, torch.Tensor | np.ndarray) and data.ndim != 4:
        raise ValueError(f"Shape must be rank 4 but is rank {data.ndim}: expected (number, height, width, channels)")
    return _write(core.image, name, data, step, max_outputs, description)


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> Any:
    """Write text; see ``scalar``."""
    return _write(core.text, name, data, step, description)


def graph(graph_data: Any) -> bool:
    """Write the graph of a model."""
    return core.graph(graph_data)


def flush(writer: Any = None, name: Any = None) -> None:
    """Write what waits."""
    core.flush(writer)


def should_record_summaries() -> Any:
    """Whether there is a current writer that records."""
    return to_facade(torch.tensor(bool(core.should_record_summaries() and _records())))


@contextlib.contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Within this block summaries are written only where a condition (or a function's result) holds."""
    _recording.append(condition)
    try:
        yield
    finally:
        _recording.pop()


class _Silent:
    """A writer that writes nothing."""

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator[_Silent]:
        """Within this block nothing is written."""
        with record_if(False):
            yield self

    def set_as_default(self, step: Any = None) -> None:
        """Write nothing from now on."""
        _recording.append(False)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    init = flush


def create_noop_writer() -> _Silent:
    """A writer that writes nothing."""
    return _Silent()


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Accepted: functions have no graph that could be kept."""


def trace_off() -> None:
    """Accepted."""


def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Accepted."""


_step: list[Any] = [None]


def _set_step(step: Any) -> None:
    _step[0] = step
    core.set_step(None if step is None else integer(step))


experimental = Namespace("experimental", get_step=lambda: _step[0], set_step=_set_step)
