"""``tf.profiler``: accepted; torch's profiler and wubu's bench look into running programs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from wubu.tensorflow.errors import AlreadyExistsError, UnavailableError
from wubu.tensorflow.namespace import Namespace

__all__ = ["experimental"]


class ProfilerOptions(NamedTuple):
    """What is recorded: accepted."""

    host_tracer_level: int = 2
    python_tracer_level: int = 0
    device_tracer_level: int = 1
    delay_ms: int | None = None


_running = [False]


def _start(logdir: Any, options: Any = None) -> None:
    """Accepted."""
    if _running[0]:
        raise AlreadyExistsError(None, None, "Another profiler is running.")
    _running[0] = True


def _stop(save: bool = True) -> None:
    """Accepted.

    Raises:
        UnavailableError: when no profiler has been started.
    """
    if not _running[0]:
        raise UnavailableError(None, None, "Cannot export profiling results. No profiler is running.")
    _running[0] = False


@contextlib.contextmanager
def _span(*args: Any, **kwargs: Any) -> Iterator[None]:
    yield


experimental = Namespace("experimental", Profile=_span, ProfilerOptions=ProfilerOptions, Trace=_span, start=_start, stop=_stop)
