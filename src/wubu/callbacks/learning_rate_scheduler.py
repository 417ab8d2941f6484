"""A learning rate for each epoch."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.callbacks.base import Callback
from wubu.callbacks.learning_rates import log_rates, named_optimizers
from wubu.errors import ArgumentError


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch.

    Args:
        schedule: a function of the epoch (from 0) and the present rate, or of the epoch alone, that gives the rate.
        verbose: 1 prints it.

    Example:
        >>> model.fit(x, y, epochs=20, callbacks=[LearningRateScheduler(lambda epoch, rate: 0.01 * 0.9**epoch)])
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        if not callable(schedule):
            raise ArgumentError(f"Expected schedule to be a function of (epoch, learning_rate). Received: {schedule!r}")
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Set the rate."""
        for name, optimizer in named_optimizers(self.model.optimizer):
            if not hasattr(optimizer, "learning_rate"):
                raise ArgumentError(f'Optimizer must have a "learning_rate" attribute. Received: {optimizer!r}')
            rate = self._rate(epoch, optimizer)
            optimizer.learning_rate = rate
            if self.verbose > 0:
                of = f"{name} " if name else ""
                print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting {of}learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Log the rate."""
        log_rates(self.model.optimizer, {} if logs is None else logs)

    def _rate(self, epoch: int, optimizer: Any) -> float:
        if _takes_rate(self.schedule):
            rate = self.schedule(epoch, float(optimizer.learning_rate))
        else:
            rate = self.schedule(epoch)
        if isinstance(rate, bool) or not isinstance(rate, int | float | np.number | torch.Tensor):
            raise ArgumentError(f"The output of the `schedule` function should be a float. Received: {rate!r}")
        return float(rate)


def _takes_rate(schedule: Callable[..., Any]) -> bool:
    """Whether a schedule wants the present rate too."""
    try:
        inspect.signature(schedule).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:  # a built-in without a signature
        return True
    return True
