"""The loss of the angle between vectors."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import settings
from wubu.losses.alignment import as_pair, squeeze_or_expand_to_same_rank
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss


@targets("elementwise")
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> torch.Tensor:
    """``-sum(y_true * y_pred) / (|y_true| |y_pred|)`` along an axis: -1 for the same direction, 1 for the
    opposite.

    Args:
        y_true: vectors.
        y_pred: vectors of the same shape.
        axis: the axis that the vectors lie along.

    Returns:
        A tensor without that axis; 0 where a vector is zero.

    Example:
        >>> cosine_similarity([[0.0, 2.0]], [[0.0, 3.0]])
        tensor([-1.])
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*as_pair(y_true, y_pred))
    return -torch.sum(_unit(y_true, axis) * _unit(y_pred, axis), dim=axis)


def _unit(x: torch.Tensor, axis: int) -> torch.Tensor:
    # The bound goes inside the root: outside it the gradient of a zero vector would be 0 times infinity.
    squares = torch.sum(torch.square(x), dim=axis, keepdim=True)
    return x * torch.rsqrt(torch.clamp(squares, min=settings.epsilon() ** 2))


class CosineSimilarity(NamedLoss):
    """The cosine of the angle between labels and predictions, times -1; see ``cosine_similarity``.

    Args:
        axis: the axis that the vectors lie along.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    _unwritten = {"axis": -1}

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)
