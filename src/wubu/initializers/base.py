"""What every initializer is: a function from a shape to a weight's first values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

import torch

from wubu.core import border
from wubu.core.constructed import Constructed


class Initializer(metaclass=Constructed):
    """Base of initializers; subclass it, or pass any function of ``(shape, dtype)`` in its place.

    Example:
        >>> class Halves(Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return torch.full(shape, 0.5)
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__call__" in cls.__dict__:
            cls.__call__ = _shown(cls.__call__)  # type: ignore[method-assign]

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Return a tensor of first values.

        Args:
            shape: the sizes.
            dtype: a type's name or torch's object; default floatx.
        """
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, shape, dtype=None).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Make an initializer from what ``get_config`` gave."""
        # Early tf.keras wrote the type into every initializer's config.
        return cls(**{key: value for key, value in config.items() if key != "dtype"})

    def clone(self) -> Initializer:
        """Another initializer with the same arguments."""
        return type(self).from_config(self.get_config())


def _shown(call: Any) -> Any:
    """A ``__call__`` whose values the program sees as it wants to."""

    @wraps(call)
    def shown(self: Initializer, *args: Any, **kwargs: Any) -> Any:
        return border.result(call(self, *args, **kwargs))

    return shown
