"""The first values of an optimizer's variables."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.initializers.constants import Constant, Ones, Zeros
from wubu.initializers.lookup import get


def initial_value(initializer: Any, shape: tuple[int, ...], dtype: Any) -> torch.Tensor:
    """A tensor of a variable's first values.

    Args:
        initializer: the name of an initializer, an initializer, a function of (shape, dtype), or a tensor.
        shape: of the variable.
        dtype: of the variable; default the default float type.
    """
    found = get(initializer)
    if found is None:
        raise ArgumentError("Expected an initializer, such as 'zeros'. Received: None")
    return found(shape, dtype="int64" if dtype == "int" else dtype)


def constant_value(initializer: Any) -> float | None:
    """The number that an initializer fills with; None when it is none that fills with one number."""
    if initializer == "zeros" or type(initializer) is Zeros:
        return 0.0
    if type(initializer) is Ones:
        return 1.0
    if type(initializer) is Constant and isinstance(initializer.value, int | float):
        return float(initializer.value)
    return None
