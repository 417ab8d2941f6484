"""Memory straight from the system: it is zero, and takes up no room until it is touched."""

from __future__ import annotations

import contextlib
import mmap
import os
from typing import Any

import torch

# Bytes below which torch's own allocator is as good.
_FROM = 32 << 20

CAN_MAP = hasattr(mmap, "MAP_PRIVATE")


def pages(size: int, huge: bool = False) -> Any:
    """A writable buffer of zeros, private to this process; ``CAN_MAP`` says whether the system has such.

    Args:
        size: in bytes.
        huge: ask for huge pages, where the system has them.
    """
    piece = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if huge:
        with contextlib.suppress(AttributeError, OSError):
            piece.madvise(mmap.MADV_HUGEPAGE)
    return piece


def zeros_like(flat: torch.Tensor) -> torch.Tensor:
    """Zeros of a flat tensor's length and type. Large ones on the CPU cost neither time nor memory until they are used.

    The first step of a large model is the one that needs most memory, since its gradients lie beside all that autograd
    keeps; an optimizer's state, which comes to life only at its end, then is not there yet.
    """
    size = flat.numel() * flat.element_size()
    if flat.device.type != "cpu" or size < _FROM or not CAN_MAP:
        return torch.zeros_like(flat)
    huge = os.environ.get("THP_MEM_ALLOC_ENABLE") == "1"  # as torch's own allocator
    return torch.frombuffer(pages(size, huge), dtype=flat.dtype)
