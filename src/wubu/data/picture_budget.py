"""How much memory decoded pictures may take, over all data sets of the program."""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress

from wubu.errors import ArgumentError

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_MOST = 4 * 2**30
_lock = threading.Lock()
_limit: int | None = None
_taken = 0


def set_picture_budget(size: int | str | None) -> None:
    """Choose how much memory decoded pictures may take.

    Pictures beyond it are decoded anew in every epoch. What is kept already stays.

    Args:
        size: bytes, or text such as ``"200 MB"`` or ``"2 GiB"``; None for the default: the environment variable
            ``WUBU_PICTURE_BUDGET``, else a quarter of the memory, 4 GiB at most.
    """
    global _limit
    _limit = None if size is None else as_bytes(size)


def picture_budget() -> int:
    """The limit in bytes."""
    if _limit is not None:
        return _limit
    chosen = os.environ.get("WUBU_PICTURE_BUDGET")
    return as_bytes(chosen) if chosen else min(_MOST, _memory() // 4)


def as_bytes(size: int | str) -> int:
    """A size such as ``"200 MB"`` in bytes."""
    if isinstance(size, int) and not isinstance(size, bool) and size >= 0:
        return size
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", size) if isinstance(size, str) else None
    if found is None or found[2].upper() not in _UNITS:
        raise ArgumentError(f"Expected a size such as 200_000_000, '200 MB' or '2 GiB'. Received: {size!r}")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def reserve(wanted: int, unit: int) -> int:
    """Take up to ``wanted`` bytes of the budget, in whole units; how many were given."""
    global _taken
    with _lock:
        given = max(0, min(wanted, picture_budget() - _taken)) // unit * unit if unit else 0
        _taken += given
        return given


def release(size: int) -> None:
    """Give bytes back."""
    global _taken
    with _lock:
        _taken -= size


def _memory() -> int:
    """The memory of the machine, or of the container."""
    found = 8 * 2**30
    with suppress(ValueError, OSError, AttributeError):
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError), open(path) as file:
            found = min(found, int(file.read()))
    return found
