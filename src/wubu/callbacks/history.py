"""The record of a training."""

from __future__ import annotations

from typing import Any

from wubu.callbacks.base import Callback
from wubu.callbacks.metric_names import Logs


class History(Callback):
    """What ``fit`` returns: every epoch's metrics.

    Attributes:
        history: a dict from metrics to lists, one value per epoch; it answers to a metric's other names too.
        epoch: the numbers of the epochs, from 0.
        params: ``verbose``, ``epochs`` and ``steps``.

    Example:
        >>> history = model.fit(x, y, epochs=2)
        >>> history.history["loss"]
        [0.6, 0.3]
    """

    state_attributes = ("epoch", "history")

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = Logs()
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Start counting anew."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Take down the epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            dict.setdefault(self.history, name, []).append(value)
        # For programs that read model.history after training.
        if self.model is not None:
            self.model.history = self

    def set_state(self, state: dict[str, Any]) -> None:
        """Take back what ``get_state`` gave."""
        self.epoch = list(state["epoch"])
        self.history = Logs({name: list(values) for name, values in state["history"].items()})
