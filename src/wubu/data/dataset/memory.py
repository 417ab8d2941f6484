"""Memory for large results.

A fresh tensor of many megabytes costs more to touch for the first time, page by page, than to fill. NumPy asks the system
for huge pages, of which there are few; torch does so only where an environment variable is set before it is loaded.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.pages import CAN_MAP, pages

_FROM = 4 << 20  # bytes from which NumPy asks for huge pages
_NUMPY = {
    torch.uint8: np.uint8,
    torch.int32: np.int32,
    torch.int64: np.int64,
    torch.float16: np.float16,
    torch.float32: np.float32,
    torch.float64: np.float64,
}


def empty(shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
    """A tensor on the CPU without values."""
    if dtype in _NUMPY and math.prod(shape) * dtype.itemsize >= _FROM:
        return torch.from_numpy(np.empty(tuple(shape), _NUMPY[dtype]))
    return torch.empty(tuple(shape), dtype=dtype)


def fresh(size: int) -> np.ndarray:
    """Bytes from the system, in pages of the usual size.

    For what is filled bit by bit and stays. A machine in a cloud may have to ask its host for every huge page, which takes
    ten times as long as to fill it; the pages that programs before it gave back come in the usual size.
    """
    return np.empty(size, np.uint8) if size < _FROM or not CAN_MAP else np.frombuffer(pages(size), np.uint8)


class Buffers:
    """Memory for results of one size after the other, used again once nobody holds the result any more.

    What is given out is a view. Everything that is made of it (slices, tensors) holds the whole alive, so that the number of
    those who hold a piece of memory tells whether it is free. An owner who keeps results gets fresh memory each time.

    Args:
        most: how many pieces are kept.
    """

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._pieces: list[np.ndarray] = []
        self._lock = threading.Lock()

    def empty(self, shape: Sequence[int], dtype: Any) -> np.ndarray:
        """An array without values."""
        dtype = np.dtype(dtype)
        size = math.prod(shape) * dtype.itemsize
        if size < _FROM:
            return np.empty(tuple(shape), dtype)
        with self._lock:
            pieces = self._pieces
            for i in range(len(pieces)):
                if size <= pieces[i].nbytes <= 2 * size and _holders(pieces, i) <= _FREE:
                    pieces.append(pieces.pop(i))
                    break
            else:
                if len(pieces) >= self._most:
                    del pieces[0]  # the one that was given out first; whoever has it keeps it
                pieces.append(fresh(size))
            return pieces[-1][:size].view(dtype).reshape(tuple(shape))

    def __reduce__(self) -> tuple[Any, ...]:
        return Buffers, (self._most,)  # a copy has memory of its own


def _holders(pieces: list[np.ndarray], i: int) -> int:
    return sys.getrefcount(pieces[i])


_FREE = _holders([np.empty(1, np.uint8)], 0)  # what it says of memory that only the list has
