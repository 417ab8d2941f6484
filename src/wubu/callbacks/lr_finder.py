"""Finding a learning rate: train while it grows, and see where the loss falls fastest."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from wubu.callbacks.base import Callback
from wubu.callbacks.weights import copy_weights, put_back
from wubu.errors import ArgumentError, MissingDependencyError, NotBuiltError


class LRFinder(Callback):
    """The learning rate range test (Smith 2015, arXiv:1506.01186).

    The rate grows by a constant factor from batch to batch. Training stops when the loss has grown to several times its
    least value, or after ``steps`` batches; weights, optimizer and rate are then put back.

    Args:
        min_lr: the first rate.
        max_lr: the last one.
        steps: batches in which to get there.
        smoothing: share of the past in the smoothed loss.
        stop_factor: stop when the smoothed loss exceeds its least value by this factor.

    Attributes:
        rates, losses: the rate and the smoothed loss of each batch.

    Example:
        >>> finder = LRFinder()
        >>> model.fit(x, y, callbacks=[finder])
        >>> finder.suggestion()
    """

    def __init__(
        self,
        min_lr: float = 1e-7,
        max_lr: float = 10.0,
        steps: int = 100,
        smoothing: float = 0.9,
        stop_factor: float = 4.0,
    ) -> None:
        super().__init__()
        if not 0 < min_lr < max_lr or steps < 2:
            raise ArgumentError(
                f"Expected 0 < min_lr < max_lr and 2 or more steps. Received: {min_lr}, {max_lr} and {steps}"
            )
        self.min_lr, self.max_lr, self.steps = min_lr, max_lr, steps
        self.smoothing, self.stop_factor = smoothing, stop_factor
        self.rates: list[float] = []
        self.losses: list[float] = []
        self._total = self._mean = 0.0
        self._saved: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Set everything aside that the test will change."""
        self.rates, self.losses, self._mean = [], [], 0.0
        optimizer = self.model.optimizer
        state = [v.detach().clone() for v in optimizer.variables]
        self._saved = (float(optimizer.learning_rate), state, copy_weights(self.model))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """The running mean of the loss starts anew."""
        self._total = 0.0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Set the rate."""
        share = len(self.rates) / (self.steps - 1)
        self.rates.append(self.min_lr * (self.max_lr / self.min_lr) ** share)
        self.model.optimizer.learning_rate = self.rates[-1]

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Take down the loss (waits for the device)."""
        total = float((logs or {})["loss"]) * (batch + 1)
        loss = total - self._total  # the logs have the mean over the epoch so far
        self._total = total
        if math.isfinite(loss):
            self._mean = self.smoothing * self._mean + (1 - self.smoothing) * loss
            self.losses.append(self._mean / (1 - self.smoothing ** (len(self.losses) + 1)))
        diverged = not math.isfinite(loss) or self.losses[-1] > self.stop_factor * min(self.losses)
        if diverged or len(self.rates) >= self.steps:
            self.rates = self.rates[: len(self.losses)]
            self.model.stop_training = True

    def abandon(self) -> None:
        """Put everything back."""
        if self._saved is not None:
            self.on_train_end()

    def on_train_end(self, logs: Any = None) -> None:
        """Put everything back."""
        rate, state, weights = self._saved
        put_back(self.model, weights)
        for variable, value in zip(self.model.optimizer.variables, state, strict=False):
            variable.assign(value)
        self.model.optimizer.learning_rate = rate

    def suggestion(self) -> float:
        """The rate at which the loss falls fastest, over an eighth of the batches at a time."""
        count = len(self.losses)
        if count < 8:
            raise NotBuiltError("LRFinder has seen too few batches. Try: model.fit(…, callbacks=[finder]) first")
        width = max(3, count // 8)
        # The first means are of few batches, and their noise looks like slopes.
        first = width
        slopes = [np.polyfit(range(width), self.losses[i : i + width], 1)[0] for i in range(first, count - width + 1)]
        return self.rates[first + int(np.argmin(slopes)) + width // 2]

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the loss over the rate; needs matplotlib.

        Args:
            path: where to save the picture; None returns the axes only.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError as error:
            raise MissingDependencyError("matplotlib", "report", "LRFinder.plot") from error
        figure = Figure(figsize=(6, 4))
        axes = figure.subplots()
        axes.plot(self.rates, self.losses)
        axes.axvline(self.suggestion(), linestyle="--", color="grey")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        if path is not None:
            figure.savefig(path, bbox_inches="tight")
        return axes
