"""Settings of the process that training is faster with. ``prepare`` applies them, once.

* **Allocator** (glibc): by default freed blocks of megabytes go back to the system, so that every step faults its
  activations in again, page by page. ``mallopt`` keeps them for the next step; ``release`` gives them back when a
  training ends. ``WUBU_ALLOCATOR=0`` leaves the allocator alone.
* **Huge pages**: torch aligns large tensors for them when ``THP_MEM_ALLOC_ENABLE=1`` stands in the environment at its
  first allocation, which importing this module sees to unless tensors were made before. The variable can be set by hand.
* **Denormals**: numbers below 1e-38 take a hundred times longer than others, and Adam's moments of dead units end
  there. They are treated as zero. ``WUBU_FLUSH_DENORMALS=0`` leaves them. The processor keeps this setting for each
  thread, and a thread takes it over from the one that starts it: OpenMP's threads that are there already are sent away.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading

import torch

from wubu.engine import openmp, settings

# Parameters of glibc's mallopt.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
_TOP_PAD = 64 << 20

if settings.current().allocator and sys.platform == "linux":
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

_prepared = False
_threads = threading.local()


def _libc() -> ctypes.CDLL | None:
    """glibc, or None where malloc is another one's."""
    if sys.platform != "linux":
        return None
    try:
        libc = ctypes.CDLL(None)
        libc.gnu_get_libc_version  # noqa: B018 - musl has no such function
        libc.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
        libc.malloc_trim.argtypes = [ctypes.c_size_t]
        return libc
    except (OSError, AttributeError):
        return None


def prepare() -> None:
    """Apply the settings, the allocator's once and the calling thread's each time."""
    global _prepared
    switches = settings.current()
    if switches.flush_denormals:
        torch.set_flush_denormal(True)
        if not getattr(_threads, "renewed", False):
            _threads.renewed = True
            openmp.renew_workers()  # another OpenMP's stay: slower with denormals, not wrong
    if _prepared or not switches.allocator:
        return
    _prepared = True
    libc = _libc()
    if libc is not None:
        libc.mallopt(_M_MMAP_MAX, 0)
        libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
        libc.mallopt(_M_TOP_PAD, _TOP_PAD)


def release() -> None:
    """Give freed memory back to the system; for the end of a training."""
    if _prepared:
        libc = _libc()
        if libc is not None:
            libc.malloc_trim(0)
