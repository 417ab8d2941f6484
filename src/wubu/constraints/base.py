"""What every constraint is: a projection of a weight, applied after each update."""

from __future__ import annotations

from typing import Any

from wubu.core.constructed import Constructed


class Constraint(metaclass=Constructed):
    """Base of constraints; subclass it, or pass any function of a tensor in its place.

    Example:
        >>> class Clipped(Constraint):
        ...     def __call__(self, w):
        ...         return w.clamp(-1.0, 1.0)
    """

    def __call__(self, w: Any) -> Any:
        """Return the weight, projected; the shape is the same.

        Args:
            w: the weight.
        """
        return w

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this constraint again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """Make a constraint from what ``get_config`` gave."""
        return cls(**config)
