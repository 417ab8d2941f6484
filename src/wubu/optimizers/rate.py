"""The learning rate of an optimizer: a number that can be set, a schedule, or a function."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.variable import Variable
from wubu.errors import ArgumentError
from wubu.optimizers.schedules.base import LearningRateSchedule


class FrozenRateError(ArgumentError, TypeError):
    """A number was given to an optimizer whose learning rate follows a schedule."""


class LearningRate:
    """What decides the step size, and its value at a step.

    Args:
        source: a number, a ``LearningRateSchedule``, a function without arguments, or a schedule's config.
        decay: Keras 2's decay: the rate is divided by ``1 + decay * step``.
        path: the path of the variable that keeps a number.
    """

    def __init__(self, source: Any, decay: float = 0.0, path: str = "learning_rate") -> None:
        self.decay = float(decay)
        self.source: Any = None
        self._path = path
        self._seen: tuple[int, float] = (-1, 0.0)
        self.set(source)

    @property
    def variable(self) -> Variable | None:
        """The variable that keeps a number; None with a schedule or a function."""
        return self.source if isinstance(self.source, Variable) else None

    def set(self, source: Any) -> None:
        """Replace the source, or assign a number to the variable that is there.

        Raises:
            FrozenRateError: for a number where a schedule decides.
            ArgumentError: for anything that is not a rate.
        """
        if isinstance(source, dict):
            source = deserialize_keras_object(source)
        if isinstance(source, LearningRateSchedule) or (callable(source) and not isinstance(source, torch.Tensor)):
            self.source = source
            return
        try:
            number = float(source)  # waits for the device when it is a tensor there
        except (TypeError, ValueError):
            raise ArgumentError(
                "Expected learning_rate to be a number, a LearningRateSchedule, or a function without arguments. "
                f"Received: {source!r}"
            ) from None
        if isinstance(self.source, LearningRateSchedule):
            raise FrozenRateError(
                "The learning rate of this optimizer follows a schedule, so it cannot be set to a number. "
                f"Received: {number}. Try: make the optimizer with a number, or set another schedule"
            )
        if isinstance(self.source, Variable):
            self.source.assign(number)
        else:
            self.source = Variable(number, dtype=settings.floatx(), trainable=False, name="learning_rate")
            self.source.path = self._path

    def at(self, step: int) -> float:
        """The rate of a step, decay included, as a Python number."""
        rate = self._base(step)
        return rate / (1.0 + self.decay * step) if self.decay else rate

    def _base(self, step: int) -> float:
        if isinstance(self.source, Variable):
            # Reading the variable waits for the device, so it is read only after it has changed.
            version = self.source._version
            if version != self._seen[0]:
                self._seen = (version, float(self.source))
            return self._seen[1]
        if isinstance(self.source, LearningRateSchedule):
            # Schedules that users write expect a tensor, as Keras gives them.
            return float(self.source(step if self.source.on_host else torch.tensor(step)))
        return float(self.source())

    def current(self, iterations: torch.Tensor) -> Any:
        """What ``optimizer.learning_rate`` shows: the variable, or the value of the schedule or function."""
        if isinstance(self.source, LearningRateSchedule):
            return self.source(iterations)
        if isinstance(self.source, Variable):
            return self.source
        return self.source()

    def get_config(self) -> Any:
        """The number, or the config of the schedule or function."""
        if isinstance(self.source, Variable):
            return float(self.source)
        return serialize_keras_object(self.source)
