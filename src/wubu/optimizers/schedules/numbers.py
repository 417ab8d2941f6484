"""Schedules are formulas over one number; this lets one formula serve Python numbers and tensors.

With a Python number everything is a Python float (about a microsecond, no tensor is made); with a tensor it is torch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.dtypes import torch_dtype
from wubu.core.variable import Variable


class Rate(float):
    """A learning rate that a schedule gave for a Python step: a float that also answers to ``numpy()``."""

    def numpy(self) -> np.floating:
        """The value as a NumPy scalar of the default float type."""
        return np.float32(self)


def is_tensor(step: Any) -> bool:
    """Whether a step is a tensor (or a symbolic one) rather than a number."""
    return hasattr(type(step), "__torch_function__")


def as_number(step: Any) -> Any:
    """A step as a float, or as a tensor of the default float type."""
    if is_tensor(step):
        step = step.value.detach() if isinstance(step, Variable) else step
        return step.to(torch_dtype(settings.floatx()))
    return float(step)


def as_rate(value: Any) -> Any:
    """What a schedule returns: tensors as they are, numbers as a ``Rate``."""
    return value if is_tensor(value) else Rate(value)


def floor(x: Any) -> Any:
    """The largest whole number that is not above x."""
    return torch.floor(x) if is_tensor(x) else float(math.floor(x))


def ceil(x: Any) -> Any:
    """The smallest whole number that is not below x."""
    return torch.ceil(x) if is_tensor(x) else float(math.ceil(x))


def cos(x: Any) -> Any:
    """The cosine of x, in radians."""
    return torch.cos(x) if is_tensor(x) else math.cos(x)


def log(x: Any) -> Any:
    """The natural logarithm of x."""
    return torch.log(x) if is_tensor(x) else math.log(x)


def at_most(x: Any, limit: float) -> Any:
    """x, or the limit when x is above it."""
    return torch.clamp(x, max=limit) if is_tensor(x) else min(x, limit)


def where(condition: Any, yes: Any, no: Any) -> Any:
    """``yes`` where the condition holds, else ``no``; both are computed when the condition is a tensor."""
    if is_tensor(condition):
        return torch.where(condition, yes, no)
    return yes if condition else no
