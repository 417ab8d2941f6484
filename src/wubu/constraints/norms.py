"""Constraints on the length of the vectors that a weight is made of.

The axes that a vector lies along are given by ``axis``: 0 for a Dense kernel (inputs, units), so that each
unit's incoming weights are one vector; (0, 1, 2) for a convolution's kernel (height, width, in, out).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.constraints.base import Constraint
from wubu.core import settings
from wubu.core.tensors import as_tensor
from wubu.errors import UnknownArgumentError

Axis = int | Sequence[int]


def _lengths(w: torch.Tensor, axis: Axis) -> torch.Tensor:
    axes = axis if isinstance(axis, int) else tuple(axis)
    return torch.sqrt(torch.sum(torch.square(w), dim=axes, keepdim=True))


class MaxNorm(Constraint):
    """Shortens vectors that are longer than a bound to that bound (Srivastava et al., 2014).

    Args:
        max_value: the bound; Keras 1 wrote it ``m``.
        axis: the axis or axes that a vector lies along.

    Example:
        >>> MaxNorm(1.0)([[3.0], [4.0]])
        tensor([[0.6000],
                [0.8000]])
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0, **legacy: Any) -> None:
        self.max_value = legacy.pop("m", max_value)
        self.axis = axis
        if legacy:
            raise UnknownArgumentError("MaxNorm", legacy, ["axis", "m", "max_value"])

    def __call__(self, w: Any) -> torch.Tensor:
        """Return the weight with every vector at most ``max_value`` long."""
        w = as_tensor(w)
        lengths = _lengths(w, self.axis)
        return w * (torch.clamp(lengths, 0, self.max_value) / (settings.epsilon() + lengths))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this constraint again."""
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(Constraint):
    """Makes every vector 1 long.

    Args:
        axis: the axis or axes that a vector lies along.

    Example:
        >>> UnitNorm()([[3.0], [4.0]])
        tensor([[0.6000],
                [0.8000]])
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> torch.Tensor:
        """Return the weight with every vector 1 long."""
        w = as_tensor(w)
        return w / (settings.epsilon() + _lengths(w, self.axis))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this constraint again."""
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Brings the length of every vector between two bounds, all at once or bit by bit.

    The new length is ``rate * clip(length, min_value, max_value) + (1 - rate) * length``.

    Args:
        min_value: the lower bound.
        max_value: the upper bound.
        rate: how much of the way is gone at each update; 1 goes all of it.
        axis: the axis or axes that a vector lies along.
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axis = 0) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> torch.Tensor:
        """Return the weight with its vectors' lengths brought between the bounds."""
        w = as_tensor(w)
        lengths = _lengths(w, self.axis)
        wanted = self.rate * torch.clamp(lengths, self.min_value, self.max_value) + (1 - self.rate) * lengths
        return w * (wanted / (settings.epsilon() + lengths))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this constraint again."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }
