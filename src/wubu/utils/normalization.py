"""Scaling rows to unit length."""

from __future__ import annotations

from typing import Any

import numpy as np


def normalize(x: Any, axis: int = -1, order: float = 2) -> Any:
    """Divide by the norm along an axis.

    Formula: ``x / ||x||_order``; where the norm is 0 the values stay 0.

    Args:
        x: an array, list or torch tensor.
        axis: the axis that the norm is taken along.
        order: of the norm; 2 for the Euclidean length.

    Returns:
        An array, or a tensor where ``x`` is one, of the shape of ``x``.

    Example::

        normalize([[3.0, 4.0]])   # [[0.6, 0.8]]
    """
    if hasattr(x, "detach"):  # a torch tensor, told without importing torch
        norm = x.norm(p=order, dim=axis, keepdim=True)
        return x / norm.where(norm != 0, norm.new_ones(()))
    x = np.asarray(x)
    norm = np.atleast_1d(np.linalg.norm(x, order, axis, keepdims=True))
    return x / np.where(norm == 0, 1, norm)
