"""What the rooms below the engine may know of capture: whether it is under way, and a word to whoever captures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any, Protocol


class CaptureContext(Protocol):
    """The one who turns a step into a program."""

    def note_optimizer(self, optimizer: Any) -> None:
        """An optimizer took part in the step."""


_context: CaptureContext | None = None
_thread = 0


def is_capturing() -> bool:
    """Whether the step that runs now is being turned into a program.

    Threads that prepare the next data meanwhile are no part of it.
    """
    return _context is not None and _thread == get_ident()


def note_optimizer(optimizer: Any) -> None:
    """Tell the one who captures that an optimizer took part, so that its learning rate is fed to every replay."""
    if _context is not None and is_capturing():
        _context.note_optimizer(optimizer)


@contextmanager
def capturing(context: CaptureContext) -> Iterator[None]:
    """Within this block ``is_capturing`` is true."""
    global _context, _thread
    before = _context, _thread
    _context, _thread = context, get_ident()
    try:
        yield
    finally:
        _context, _thread = before
