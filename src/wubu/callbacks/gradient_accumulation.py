"""Large batches in little memory: an update for every few batches."""

from __future__ import annotations

from typing import Any

from wubu.callbacks.base import Callback
from wubu.errors import ArgumentError


class GradientAccumulation(Callback):
    """Adds up the gradients of several batches and updates the weights by their mean.

    It sets the optimizer's ``gradient_accumulation_steps`` for the length of the training.

    Args:
        steps: batches per update, 2 or more.

    Example:
        >>> model.fit(x, y, batch_size=16, callbacks=[GradientAccumulation(8)])  # as if batches had 128 samples
    """

    def __init__(self, steps: int) -> None:
        super().__init__()
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 2:
            raise ArgumentError(f"Expected steps to be an integer of 2 or more. Received: {steps!r}")
        self.steps = steps
        self._before: int | None = None
        self._training = False

    def on_train_begin(self, logs: Any = None) -> None:
        """Set the optimizer."""
        self._training = True
        optimizer = self.model.optimizer
        self._before = optimizer.gradient_accumulation_steps
        optimizer.gradient_accumulation_steps = self.steps
        if optimizer.built and self._before is None:
            optimizer.add_optimizer_variables(optimizer._trainable_variables, "gradient_accumulator")
        self.model.make_train_function(force=True)

    def abandon(self) -> None:
        """Set the optimizer back."""
        if self._training:
            self.on_train_end()

    def on_train_end(self, logs: Any = None) -> None:
        """Set the optimizer back."""
        self._training = False
        self.model.optimizer.gradient_accumulation_steps = self._before
        self.model.make_train_function(force=True)
