"""The mean of the weights over the last part of a training."""

from __future__ import annotations

from typing import Any

import torch

from wubu.callbacks.base import Callback
from wubu.errors import ArgumentError


class WeightAveraging(Callback):
    """Averages the weights over epochs and ends training with the average.

    With ``decay=None`` every epoch counts the same (stochastic weight averaging, Izmailov et al. 2018,
    arXiv:1803.05407); else ``average = decay * average + (1 - decay) * weights`` after each epoch.

    Args:
        start_epoch: the first epoch that counts, from 0; a number below 1 is a share of the training's epochs.
        decay: see above.
        evaluate_average: validate with the average rather than with the weights as they are trained.

    Example:
        >>> model.fit(x, y, epochs=20, callbacks=[WeightAveraging(start_epoch=0.75)])
    """

    state_attributes = ("average", "count")

    def __init__(self, start_epoch: float = 0.75, decay: float | None = None, evaluate_average: bool = False) -> None:
        super().__init__()
        if start_epoch < 0 or (decay is not None and not 0 <= decay < 1):
            raise ArgumentError(
                "Expected start_epoch of 0 or more and decay from 0 to below 1. "
                f"Received: start_epoch={start_epoch}, decay={decay}"
            )
        self.start_epoch, self.decay, self.evaluate_average = start_epoch, decay, evaluate_average
        self.average: list[torch.Tensor] | None = None
        self.count = 0
        self._trained: list[torch.Tensor] | None = None
        self._last_epoch = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the last training."""
        self.average, self.count, self._trained = None, 0, None

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the epoch."""
        self._last_epoch = epoch
        self._added = False

    _added = False

    def on_test_begin(self, logs: Any = None) -> None:
        """The average goes in."""
        if self.evaluate_average and self._training:
            self._add()
            if self.average is not None:
                self._trained = [w.detach().clone() for w in self._weights()]
                self._put(self.average)

    def on_test_end(self, logs: Any = None) -> None:
        """The trained weights return."""
        if self._trained is not None:
            self._put(self._trained)
            self._trained = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Take the weights into the average."""
        self._add()

    def on_train_end(self, logs: Any = None) -> None:
        """End with the average."""
        if self.average is not None:
            self._put(self.average)

    def abandon(self) -> None:
        """The trained weights return, where an evaluation was under way."""
        self.on_test_end()

    @property
    def _training(self) -> bool:
        return bool(self.params and self.params.get("epochs"))

    def _add(self) -> None:
        first = self.start_epoch
        if first < 1:
            first = int(first * (self.params or {}).get("epochs", 1))
        if self._added or self._last_epoch < first:
            return
        self._added = True
        weights = self._weights()
        self.count += 1
        with torch.no_grad():
            if self.average is None:
                self.average = [w.detach().clone() for w in weights]
            else:
                share = 1.0 / self.count if self.decay is None else 1.0 - self.decay
                for mean, weight in zip(self.average, weights, strict=True):
                    mean.lerp_(weight, share)

    def _weights(self) -> list[torch.Tensor]:
        return [w for w in self.model.weights if w.is_floating_point()]

    def _put(self, values: list[torch.Tensor]) -> None:
        with torch.no_grad():
            for weight, value in zip(self._weights(), values, strict=True):
                weight.copy_(value)
