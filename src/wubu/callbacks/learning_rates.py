"""The learning rates of a model's optimizer, which may be several optimizers in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def named_optimizers(optimizer: Any) -> Iterator[tuple[str, Any]]:
    """The optimizers in an optimizer, with names; a single one has an empty name."""
    inner = getattr(optimizer, "optimizers", None)
    if inner:
        yield from ((one.name, one) for one in inner)
    elif optimizer is not None:
        yield "", optimizer


def log_rates(optimizer: Any, logs: Any) -> None:
    """Put the present rates into the logs, as ``learning_rate``."""
    for name, one in named_optimizers(optimizer):
        if hasattr(one, "learning_rate"):
            logs[f"learning_rate_{name}" if name else "learning_rate"] = float(one.learning_rate)
