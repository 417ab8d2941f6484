"""A penalty on weights whose rows or columns are not at right angles."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, ShapeError
from wubu.regularizers.base import Regularizer, non_negative


class OrthogonalRegularizer(Regularizer):
    """``factor`` times the mean absolute cosine between different rows, or columns, of a matrix.

    Args:
        factor: the factor.
        mode: ``"rows"`` or ``"columns"``: which of them should be at right angles.

    Raises:
        ShapeError: when called on something that is not a matrix.

    Example:
        >>> OrthogonalRegularizer(1.0)([[1.0, 0.0], [0.0, 3.0]])
        tensor(0.)
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = non_negative(factor, "factor")
        if mode not in ("rows", "columns"):
            raise ArgumentError(f"Expected mode to be 'rows' or 'columns'. Received: mode={mode!r}")
        self.mode = mode

    def __call__(self, x: Any) -> torch.Tensor:
        """Return the penalty, a tensor of no axes."""
        x = as_tensor(x)
        if x.dim() != 2:
            raise ShapeError(
                f"OrthogonalRegularizer expected a weight of two axes. Received: shape {tuple(x.shape)}. "
                "Try: another regularizer, or a function that reshapes the weight first"
            )
        if self.mode == "columns":
            x = x.transpose(0, 1)
        squares = torch.sum(torch.square(x), dim=1, keepdim=True)
        x = x * torch.clamp(torch.rsqrt(squares), max=1.0 / settings.epsilon())
        size = x.shape[0]
        cosines = (x @ x.transpose(0, 1)) * (1.0 - torch.eye(size, dtype=x.dtype, device=x.device))
        pairs = size * (size - 1.0) / 2.0
        return self.factor * 0.5 * torch.sum(torch.abs(cosines)) / pairs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this regularizer again."""
        return {"factor": self.factor, "mode": self.mode}
