"""Which executors a program is tried with, the fastest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wubu.engine import settings
from wubu.engine.executors.base import Executor
from wubu.engine.executors.python_loop import PythonExecutor
from wubu.engine.executors.torchscript import TorchScriptExecutor
from wubu.engine.program import Program

Maker = Callable[[Program], Executor]


def makers(device_type: str, jit_compile: bool = False) -> Iterator[Maker]:
    """The executors worth trying on a kind of device, in order; the last works everywhere."""
    if device_type == "cpu" and settings.current().torchscript:
        yield TorchScriptExecutor
    yield PythonExecutor
