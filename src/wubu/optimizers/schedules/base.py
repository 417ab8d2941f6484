"""The base of learning-rate schedules."""

from __future__ import annotations

from typing import Any, ClassVar

from wubu.core.constructed import Constructed


class LearningRateSchedule(metaclass=Constructed):
    """A learning rate that depends on the step.

    Subclass it with ``__call__(step)``, and ``get_config`` if it is to be saved. Pass it as an optimizer's
    ``learning_rate``; the optimizer calls it with the number of steps taken so far, a 0-d integer tensor.

    Attributes:
        on_host: True when ``__call__`` also takes a Python int and then computes with Python floats alone; the
            optimizer then does not make a tensor for it. The built-in schedules do.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 * 0.5 ** (step // 1000)
    """

    on_host: ClassVar[bool] = False

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step."""
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(self, step)")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this schedule again."""
        raise NotImplementedError(f"{type(self).__name__} needs a method get_config(self) to be saved")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """Make a schedule from what ``get_config`` gave."""
        return cls(**config)
