"""One measurement in a process of its own: ``python -m bench.worker REQUEST``, a JSON object; prints one line of JSON.

Run by the interpreter of the framework that is measured. Nothing is imported here but what a measurement needs, because
the time from a process's start is one of the things that are measured.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from typing import Any

from bench.contenders import CONTENDERS, Contender

MARK = "RESULT "


@dataclass(frozen=True)
class Request:
    """What a process is to measure.

    Attributes:
        kind: the module of ``bench.kinds``.
        row: of that kind.
        contender: who.
        seconds: about how long to measure, after what is done once.
        began: when the process was started, in seconds since 1970.
        off: switches of wubu's engine that are off.
        on: those that are on though they are off by default.
        folder: for what a training writes.
    """

    kind: str
    row: str
    contender: str
    seconds: float
    began: float = 0.0
    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    folder: str = ""

    @property
    def who(self) -> Contender:
        """The contender."""
        return CONTENDERS[self.contender]


def memory(field: str) -> float:
    """A line of /proc/self/status in MiB (VmHWM: the most so far, VmRSS: now); NaN where there is none."""
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return float("nan")


def versions(modules: Iterable[str]) -> dict[str, str]:
    """The versions of these modules, as far as they are loaded and say one."""
    found = {name: getattr(sys.modules.get(name), "__version__", None) for name in modules}
    return {name: str(version) for name, version in found.items() if version}


def _alone(backend: str) -> None:
    """As where one backend is installed and the others are not: Keras imports what it finds, and that takes memory."""
    absent = {"tensorflow", "jax", "torch"} - {backend}

    class Finder(PathFinder):
        """Finds all modules but those."""

        @classmethod
        def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> Any:
            """A module's place."""
            return None if fullname.partition(".")[0] in absent else super().find_spec(fullname, path, target)

    sys.meta_path = [Finder if finder is PathFinder else finder for finder in sys.meta_path]


_held: list[Any] = []  # a block that is forgotten ends


def _switch(switches: dict[str, bool]) -> None:
    for name, on in switches.items():  # those that are read at the import of wubu
        os.environ["WUBU_" + {"autotune_threads": "autotune"}.get(name, name).upper()] = str(int(on))
    if switches:
        from wubu.engine import settings

        held = settings.override(**switches)
        held.__enter__()
        _held.append(held)


def main() -> None:
    """Measure and print."""
    request = Request(**json.loads(sys.argv[1]))
    _switch(dict.fromkeys(request.off, False) | dict.fromkeys(request.on, True))
    if request.who.is_keras:
        _alone(request.who.backend)
    kind = importlib.import_module(f"bench.kinds.{request.kind}")
    found: dict[str, Any] = kind.measure(request)
    found["peak_mb"] = memory("VmHWM")
    torch = sys.modules.get("torch")
    if torch is not None and request.kind != "imports" and torch.cuda.is_available():
        found["gpu_peak_mb"] = torch.cuda.max_memory_allocated() / 2**20
        found["gpu"] = torch.cuda.get_device_name()
    found["versions"] = versions(
        ("wubu", "torch", "keras", "tensorflow", "jax", "pytorch_lightning", "skorch", "numpy")
    )
    sys.stdout.flush()
    print("\n" + MARK + json.dumps(found), flush=True)
    os._exit(0)  # what a framework does at its end is nobody's measurement


if __name__ == "__main__":
    main()
