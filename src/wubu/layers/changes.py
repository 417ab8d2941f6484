"""A count of changes to layers: what was found out about a model holds as long as nobody has changed any layer."""

from __future__ import annotations

count = 0


def note() -> None:
    """A layer is no longer what it was."""
    global count
    count += 1


# Public attributes that no forward pass depends on: trainings set them, and ``training`` is looked at anyway.
_ASIDE = frozenset({"training", "history", "stop_training", "stop_evaluating", "stop_predicting"})


def note_attribute(name: str) -> None:
    """An attribute of a layer is set. Private ones are a layer's own notes."""
    if name[:1] != "_" and name not in _ASIDE:
        note()
