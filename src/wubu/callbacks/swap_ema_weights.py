"""The averaged weights in the model while it is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.callbacks.base import Callback
from wubu.callbacks.learning_rates import named_optimizers
from wubu.errors import ArgumentError


class SwapEMAWeights(Callback):
    """Exchanges the model's weights with the moving average that an optimizer with ``use_ema=True`` keeps.

    They are exchanged for the length of evaluations and predictions.

    Args:
        swap_on_epoch: also between the epochs, so that callbacks after this one (``ModelCheckpoint``) see the average.

    Example:
        >>> model.compile(Adam(use_ema=True), "mse")
        >>> model.fit(x, y, epochs=3, validation_split=0.2, callbacks=[SwapEMAWeights()])
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """The trained weights return."""
        if self.swap_on_epoch and self._swapped:
            self._swap()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """The average goes in."""
        if self.swap_on_epoch and not self._swapped:
            self._swap()
            if epoch == (self.params or {}).get("epochs", 0) - 1:
                # Training ends by copying the average into the weights; they are the average already.
                with torch.no_grad():
                    for variable, average in self._pairs():
                        average.copy_(variable)

    def on_test_begin(self, logs: Any = None) -> None:
        """The average goes in."""
        if not self._swapped:
            self._swap()

    def on_test_end(self, logs: Any = None) -> None:
        """The trained weights return."""
        if self._swapped:
            self._swap()

    def on_predict_begin(self, logs: Any = None) -> None:
        """The average goes in."""
        if not self._swapped:
            self._swap()

    def on_predict_end(self, logs: Any = None) -> None:
        """The trained weights return."""
        if self._swapped:
            self._swap()

    def abandon(self) -> None:
        """The trained weights return."""
        if self._swapped:
            self._swap()

    def _swap(self) -> None:
        with torch.no_grad():
            for variable, average in self._pairs():
                trained = variable.detach().clone()
                variable.copy_(average)
                average.copy_(trained)
        self._swapped = not self._swapped

    def _pairs(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        averaging = [one for _, one in named_optimizers(optimizer) if getattr(one, "use_ema", False)]
        if not averaging:
            raise ArgumentError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. Received: use_ema=False. "
                "Try: Adam(use_ema=True)"
            )
        for one in averaging:
            if not one.built:
                one.build(self.model.trainable_weights)
            for variable in one._trainable_variables:
                yield variable, one.slot("average", variable)
