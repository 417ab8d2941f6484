"""Which executors a program is tried with, the fastest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wubu.engine import settings
from wubu.engine.executors.base import Executor
from wubu.engine.executors.cuda_graph import CudaGraphExecutor
from wubu.engine.executors.inductor import InductorExecutor
from wubu.engine.executors.python_loop import PythonExecutor
from wubu.engine.executors.torchscript import TorchScriptExecutor
from wubu.engine.program import Program


@dataclass(frozen=True)
class Choice:
    """An executor, and the passes that its programs are made without.

    Attributes:
        make: makes the executor of a program.
        without: switches of ``engine.settings`` that are off for it; None means every pass.
    """

    make: Callable[[Program], Executor]
    without: tuple[str, ...] | None = field(default=())

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return getattr(self.make, "__name__", repr(self.make))


# Numbers that change with every step would be frozen into a CUDA graph.
_HOST_NUMBERS = ("fused_adam", "scalar_rates", "sgd_fold", "moving_statistics")


def choices(device_type: str, jit_compile: bool = False) -> Iterator[Choice]:
    """The executors worth trying on a kind of device, in order; the last works everywhere."""
    if jit_compile:
        yield Choice(InductorExecutor, without=None)
    if device_type == "cuda" and settings.current().cuda_graph:
        yield Choice(CudaGraphExecutor, without=_HOST_NUMBERS)
    if device_type == "cpu" and settings.current().torchscript:
        yield Choice(TorchScriptExecutor)
    yield Choice(PythonExecutor)
    yield Choice(PythonExecutor, without=None)


def settings_of(choice: Choice, switches: tuple[str, ...]) -> dict[str, Any]:
    """The overrides of ``engine.settings`` that make programs for an executor."""
    return dict.fromkeys(switches if choice.without is None else choice.without, False)
