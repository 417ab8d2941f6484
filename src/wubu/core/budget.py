"""How much memory the objects that are made just now may take: a file must not ask for more than it can fill.

A model file's configuration decides how large the weights are that are made before their values are read. Whoever
reads a file opens a budget; whatever makes weights draws on it::

    with budget(64 * 2**20, "model.keras"):
        ...                       # Variable(…) calls charge(bytes)
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from wubu.errors import UnsafeFileError

_state = threading.local()


@contextmanager
def budget(limit: int, source: str) -> Iterator[None]:
    """Within this block, weights of at most ``limit`` bytes can be made.

    Args:
        limit: bytes, of all weights together.
        source: the file's name, for the error.

    Raises:
        UnsafeFileError: from within, when the limit is passed.
    """
    before = getattr(_state, "open", None)
    _state.open = [limit, source]
    try:
        yield
    finally:
        _state.open = before


def budgeted() -> bool:
    """Whether a budget is open: what is made just now, a file asks for."""
    return getattr(_state, "open", None) is not None


def charge(shape: Sequence[int], itemsize: int) -> None:
    """Draw on the open budget, if there is one, before a tensor of this shape is made."""
    found = getattr(_state, "open", None)
    if found is None:
        return
    wanted = math.prod(int(d) for d in shape) * itemsize
    found[0] -= wanted
    if found[0] < 0:
        raise UnsafeFileError(
            f"{found[1]} describes a weight of shape {tuple(shape)} ({wanted:,} bytes), which is far more than the "
            "values that it holds. Expected: a configuration that fits the weights in the file"
        )
