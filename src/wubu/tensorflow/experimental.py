"""``tf.experimental``: what programs use of it."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import nest
from wubu.tensorflow.creation import convert_to_tensor
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.numpy_names import NumpyNames
from wubu.tensorflow.tensor import stripped

__all__ = ["Optional", "async_clear_error", "dlpack", "numpy"]


class Optional:
    """A value or none.

    Args:
        value: the value.
        exists: whether there is one.
    """

    def __init__(self, value: Any = None, exists: bool = False) -> None:
        self._value, self._exists = value, exists

    @classmethod
    def from_value(cls, value: Any) -> Optional:
        """One that holds a value."""
        return cls(value, True)

    @classmethod
    def empty(cls, element_spec: Any = None) -> Optional:
        """One that holds none."""
        return cls()

    def has_value(self, name: Any = None) -> Any:
        """Whether there is a value."""
        return convert_to_tensor(self._exists)

    def get_value(self, name: Any = None) -> Any:
        """The value."""
        if not self._exists:
            raise InvalidArgumentError(None, None, "The given optional does not have a value. [Op:OptionalGetValue]")
        return nest.map_structure(convert_to_tensor, self._value)


def async_clear_error() -> None:
    """Accepted."""


dlpack = Namespace(
    "dlpack",
    from_dlpack=lambda capsule: to_facade(torch.from_dlpack(capsule)),
    to_dlpack=lambda tensor: torch.utils.dlpack.to_dlpack(stripped(tensor)),
)
numpy = NumpyNames()
