"""What every regularizer is: a penalty on a weight or on an output, added to the loss."""

from __future__ import annotations

import math
import numbers
from typing import Any

from wubu.core.constructed import Constructed
from wubu.errors import ArgumentError


class Regularizer(metaclass=Constructed):
    """Base of regularizers; subclass it, or pass any function of a tensor in its place.

    Example:
        >>> class Squares(Regularizer):
        ...     def __call__(self, x):
        ...         return 0.1 * (x * x).sum()
        ...
        ...     def get_config(self):
        ...         return {}
    """

    def __call__(self, x: Any) -> Any:
        """Return the penalty, a tensor of no axes.

        Args:
            x: a weight or an output, of any shape.
        """
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this regularizer again."""
        name = type(self).__name__
        raise NotImplementedError(f"{name} has no get_config, so a model that holds it cannot be saved.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """Make a regularizer from what ``get_config`` gave."""
        return cls(**config)


def non_negative(value: Any, name: str) -> float:
    """Return an argument as a float.

    Raises:
        ArgumentError: unless it is a finite number of at least zero.
    """
    if isinstance(value, numbers.Real) or getattr(value, "ndim", None) == 0:
        found = float(value)
        if math.isfinite(found) and found >= 0:
            return found
    raise ArgumentError(f"Expected {name} to be a non-negative number. Received: {name}={value!r}")
