"""A fresh start within one program."""

from __future__ import annotations

import gc

from wubu.core.names import reset_names


def clear_session(free_memory: bool = True) -> None:
    """Start counting automatic names anew, and let go of what nothing refers to.

    Args:
        free_memory: whether Python looks for objects that only refer to each other.
    """
    reset_names()
    if free_memory:
        gc.collect()
