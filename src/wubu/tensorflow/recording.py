"""Whether operations are recorded for gradients: while a tape runs, or where the library differentiates itself."""

from __future__ import annotations

import threading
from typing import Any

import torch

from wubu.core import border
from wubu.layers import call_context

_local = threading.local()


def tapes() -> list[Any]:
    """The tapes that record in this thread, the outermost first."""
    if not hasattr(_local, "tapes"):
        _local.tapes = []
    return _local.tapes


def records() -> bool:
    """Whether what runs now can be differentiated later.

    TensorFlow records under a tape only. Inside of layers, and of training steps that the library runs, torch's own
    switch decides.
    """
    return bool(getattr(_local, "tapes", None)) or border.in_step() or call_context.current() is not None


class Mode:
    """Within this block torch records what TensorFlow would record, and nothing else."""

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        self._before = torch.is_grad_enabled()
        if self._before and not records():
            torch._C._set_grad_enabled(False)

    def __exit__(self, *exception: Any) -> None:
        torch._C._set_grad_enabled(self._before)
