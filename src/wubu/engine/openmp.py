"""GNU's OpenMP, which torch's CPU builds run their threads with, by its C functions."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from pathlib import Path

import torch

# OpenMP's word for giving up its threads.
_PAUSE_HARD = 2


@cache
def _libraries() -> tuple[ctypes.CDLL, ...]:
    """The copies that are loaded: torch brings one, other packages may bring others."""
    if sys.platform != "linux":
        return ()
    try:
        with open("/proc/self/maps") as maps:
            paths = sorted({line.split()[-1] for line in maps if "/libgomp" in line})
        return tuple(ctypes.CDLL(path) for path in paths)
    except OSError:
        return ()


def renew_workers() -> None:
    """Send the waiting threads away; the next parallel operation starts new ones, with the settings of who starts them."""
    for library in _libraries():
        try:
            library.omp_pause_resource_all(_PAUSE_HARD)
        except AttributeError:
            pass  # before OpenMP 5.0


@cache
def _torchs() -> tuple[ctypes.CDLL, ...]:
    """Torch's own copy: the number of threads of another package's is not ours to change."""
    folder = str(Path(torch.__file__).parent)
    return tuple(lib for lib in _libraries() if lib._name.startswith((f"{folder}/", f"{folder}.libs/")))


def can_split() -> bool:
    """Whether torch's operations and MKL's products can have different numbers of threads."""
    return bool(_torchs()) and torch.backends.mkl.is_available()


def set_operations_threads(count: int) -> None:
    """How many threads torch's own operations take from now on; ``torch.set_num_threads`` sets those of MKL as well."""
    for library in _torchs():
        library.omp_set_num_threads(count)
