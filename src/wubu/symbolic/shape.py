"""The shape of a symbolic tensor: a tuple that also answers as TensorFlow's shapes do."""

from __future__ import annotations

from typing import Any


class Size(int):
    """A size that also answers to ``.value``, as TensorFlow 1 asks."""

    @property
    def value(self) -> int:
        """The size."""
        return int(self)


class SymbolicShape(tuple[int | None, ...]):
    """Sizes, None where unknown.

    Example:
        >>> SymbolicShape((None, 28))
        (None, 28)
        >>> SymbolicShape((None, 28)).as_list()
        [None, 28]
    """

    def as_list(self) -> list[int | None]:
        """The sizes as a list."""
        return list(self)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    ndims = rank

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return None not in self

    def num_elements(self) -> int | None:
        """The product of the sizes, None when one is unknown."""
        total = 1
        for size in self:
            if size is None:
                return None
            total *= size
        return total

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if isinstance(key, slice):
            return SymbolicShape(found)
        return found if found is None else Size(found)
