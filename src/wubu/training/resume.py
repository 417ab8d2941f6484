"""Where a training begins: at its first epoch, or where an earlier one was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class InEpoch:
    """What had been done of an epoch.

    Args:
        batches: how many of its batches.
        restore_metrics: puts the metrics back.
        order_state: puts the random state at the beginning of the epoch back, from which its order was drawn.
        random_state: puts the random state after those batches back.
    """

    batches: int
    restore_metrics: Callable[[], None]
    order_state: Callable[[], None]
    random_state: Callable[[], None]

    def restore(self) -> int:
        """Put metrics and the epoch's order back; the number of batches to pass over."""
        self.restore_metrics()
        self.order_state()
        return self.batches

    def restore_random_state(self) -> None:
        """Go on with the random numbers that would have come next."""
        self.random_state()


@dataclass
class StartingPoint:
    """The first epoch, and what had been done of it."""

    epoch: int
    done: InEpoch | None = None

    def batches_of(self, epoch: int) -> InEpoch | None:
        """What had been done of an epoch."""
        return self.done if epoch == self.epoch else None


def starting_point(model: Any, initial_epoch: int, feed: Any) -> StartingPoint:
    """Return where to begin; a callback may have left a place in ``model._resume`` (or Keras's ``_initial_epoch``)."""
    found = model.__dict__.pop("_resume", None)
    if isinstance(found, StartingPoint):
        return found
    earlier = model.__dict__.pop("_initial_epoch", None)
    return StartingPoint(earlier or initial_epoch)
