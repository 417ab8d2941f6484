"""What a layer knows of the call it is part of: whether this is training, and which layer was called first."""

from __future__ import annotations

import threading
from typing import Any


class CallContext:
    """One outermost call and everything that it calls.

    Attributes:
        training: what ``training=`` means for calls within it that do not say; None when nobody said.
        owner: the layer that was called from outside; losses added on the way belong to it.
    """

    __slots__ = ("owner", "training")

    def __init__(self, owner: Any, training: bool | None) -> None:
        self.owner, self.training = owner, training


_local = threading.local()


def current() -> CallContext | None:
    """The call under way in this thread, or None."""
    return getattr(_local, "context", None)


def swap(context: CallContext | None) -> CallContext | None:
    """Make a context current and return the one before; the caller puts that back."""
    before = getattr(_local, "context", None)
    _local.context = context
    return before


_names = threading.local()


def name_scope() -> list[str]:
    """The names of the layers that are being built, outermost first."""
    if not hasattr(_names, "stack"):
        _names.stack = []
    return _names.stack
