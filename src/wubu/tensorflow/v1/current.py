"""The sessions in use, innermost last."""

from __future__ import annotations

from typing import Any

sessions: list[Any] = []


def get_default_session() -> Any:
    """The session that ``eval`` and ``run`` of tensors use, or None."""
    return sessions[-1] if sessions else None


def session_for(session: Any) -> Any:
    """The given session or the one in use.

    Raises:
        ValueError: when there is none.
    """
    found = session or get_default_session()
    if found is None:
        raise ValueError(
            "Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or "
            "pass an explicit session to `eval(session=sess)`"
        )
    return found
