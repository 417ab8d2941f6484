"""A constraint on the sign of weights."""

from __future__ import annotations

from typing import Any

import torch

from wubu.constraints.base import Constraint
from wubu.core.tensors import as_tensor


class NonNeg(Constraint):
    """Sets negative weights to zero.

    Example:
        >>> NonNeg()([-1.0, 2.0])
        tensor([0., 2.])
    """

    def __call__(self, w: Any) -> torch.Tensor:
        """Return the weight without its negative values."""
        return torch.clamp(as_tensor(w), min=0)
