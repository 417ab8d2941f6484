"""Memory for large results.

A fresh tensor of many megabytes costs more to touch for the first time, page by page, than to fill. NumPy asks the system
for huge pages, of which there are few; torch does so only where an environment variable is set before it is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

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
