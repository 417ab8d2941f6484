"""``tf.profiler``: accepted; torch's profiler and wubu's bench look into running programs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from wubu.tensorflow.namespace import Namespace

__all__ = ["experimental"]


def _start(logdir: Any, options: Any = None) -> None:
    """Accepted."""


def _stop(save: bool = True) -> None:
    """Accepted."""


@contextlib.contextmanager
def _span(*args: Any, **kwargs: Any) -> Iterator[None]:
    yield


experimental = Namespace("experimental", Profile=_span, ProfilerOptions=dict, Trace=_span, start=_start, stop=_stop)
