"""An initializer whose rows or columns are at right angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.budget import budgeted
from wubu.core.dtypes import torch_dtype
from wubu.errors import ShapeError
from wubu.initializers.chance import RandomInitializer, draw_normal

_MOST_WORK = 2e9  # rows times columns times columns, about a second


class Orthogonal(RandomInitializer):
    """A random orthogonal matrix times ``gain`` (Saxe et al., 2014).

    A weight of more than two axes is one matrix of all but the last axis against the last. Where there are
    more columns than rows, the rows are orthonormal, else the columns.

    Args:
        gain: the factor.
        seed: None, an integer, or a ``SeedGenerator``.

    Raises:
        ShapeError: when called for fewer than two axes.

    Example:
        >>> q = Orthogonal()((4, 3))
        >>> torch.allclose(q.T @ q, torch.eye(3), atol=1e-6)
        True
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        self.gain = gain
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Draw a tensor."""
        shape = tuple(shape)
        if len(shape) < 2:
            raise ShapeError(f"Orthogonal expected at least two axes. Received: shape {shape}")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        wanted = torch_dtype(dtype)
        exact = wanted if wanted in (torch.float32, torch.float64) else torch.float32
        drawn = draw_normal((max(rows, columns), min(rows, columns)), 0.0, 1.0, exact, self.seed)
        if budgeted() and drawn.numel() * drawn.shape[1] > _MOST_WORK:
            # A file asks for it, and its own values come next: what would take many seconds is not worth while.
            return self._quickly(drawn, rows < columns).reshape(shape).to(wanted)
        q, r = torch.linalg.qr(drawn)
        # The factorisation's choice of signs is not random; the diagonal of r is where it shows.
        q = q * torch.where(torch.diagonal(r) < 0, -1.0, 1.0)
        if rows < columns:
            q = q.T
        return (self.gain * q).reshape(shape).to(wanted)

    def _quickly(self, drawn: torch.Tensor, transposed: bool) -> torch.Tensor:
        """Columns at right angles from a mirror at a random plane."""
        normal = drawn[:, :1] / torch.linalg.vector_norm(drawn[:, :1])
        q = -2.0 * normal @ normal[: drawn.shape[1]].T
        q.diagonal().add_(1.0)
        return self.gain * (q.T if transposed else q)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {**super().get_config(), "gain": self.gain}
