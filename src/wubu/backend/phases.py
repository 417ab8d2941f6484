"""Whether this is training or testing, as ``K`` asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wubu.layers import call_context
from wubu.symbolic.function import any_symbolic, record

__all__ = [
    "in_test_phase",
    "in_train_phase",
    "learning_phase",
    "learning_phase_scope",
    "set_learning_phase",
]


class LearningPhase(int):
    """0 for testing or 1 for training; also stands among the inputs of ``K.function``, where its value is given."""


_phase = [LearningPhase(0)]


def learning_phase() -> LearningPhase:
    """1 within training, 0 otherwise, unless ``set_learning_phase`` has said."""
    context = call_context.current()
    if context is not None and context.training is not None:
        return LearningPhase(bool(context.training))
    return _phase[0]


def set_learning_phase(value: int | bool) -> None:
    """Say whether calls outside of ``fit``, ``evaluate`` and ``predict`` are training (1) or testing (0)."""
    _phase[0] = LearningPhase(bool(value))


@contextmanager
def learning_phase_scope(value: int | bool) -> Iterator[None]:
    """``set_learning_phase`` for one block."""
    before = _phase[0]
    set_learning_phase(value)
    try:
        yield
    finally:
        _phase[0] = before


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """``x`` in training and ``alt`` in testing; either may be a function without arguments.

    Args:
        x: what holds in training.
        alt: what holds in testing.
        training: says which of the two; default what the call under way says.
    """
    if training is None and any_symbolic(x, alt):
        return record(_choose, x, alt)
    if training is None:
        training = bool(learning_phase())
    chosen = x if training else alt
    return chosen() if callable(chosen) and not hasattr(chosen, "shape") else chosen


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """``alt`` in training and ``x`` in testing; the mirror of ``in_train_phase``."""
    return in_train_phase(alt, x, training)


def _choose(x: Any, alt: Any) -> Any:
    return in_train_phase(x, alt)
