"""A loss for embeddings: those of one class close together, others apart."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.tensors import as_tensor
from wubu.losses.alignment import as_predictions, beside
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss


@targets("integers")
def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> torch.Tensor:
    """``softplus(logsumexp(positives) + logsumexp(negatives))`` for each embedding (Sun et al., 2020).

    With d the cosine distance of two embeddings, a pair of one class gives ``-gamma * (margin + d) *
    (margin - d)`` and a pair of different classes ``gamma * (1 + margin - d) * (1 - margin - d)``.

    Args:
        y_true: class indices of shape (batch,).
        y_pred: embeddings of length 1, of shape (batch, size).
        ref_labels: the class indices of what is compared with; default ``y_true``.
        ref_embeddings: the embeddings that are compared with; default ``y_pred``.
        remove_diagonal: whether an embedding is left out of the comparison with itself.
        gamma: the scale.
        margin: how far apart the classes should be.

    Returns:
        A tensor of shape (batch,); where it is 0 it does not count in a mean.
    """
    y_pred = as_predictions(y_pred)
    labels = beside(y_true, y_pred).to(torch.int32).reshape(-1, 1)
    references = y_pred if ref_embeddings is None else as_tensor(ref_embeddings, y_pred.dtype, y_pred.device)
    others = labels if ref_labels is None else beside(ref_labels, y_pred).to(torch.int32).reshape(-1, 1)

    distance = torch.clamp(1 - y_pred @ references.transpose(0, 1), min=0.0)  # (batch, references)
    alike = torch.eq(labels, others.transpose(0, 1))
    different = ~alike
    if remove_diagonal:
        alike = alike & ~torch.eye(*alike.shape, dtype=torch.bool, device=alike.device)

    minus_infinity = float("-inf")
    near = -gamma * (margin + distance) * (margin - distance)
    far = gamma * torch.clamp(1 + margin - distance, min=0.0) * (1 - margin - distance)
    positives = torch.logsumexp(torch.where(alike, near, minus_infinity), dim=1)
    negatives = torch.logsumexp(torch.where(different, far, minus_infinity), dim=1)
    loss = F.softplus(positives + negatives)
    loss._keras_mask = loss > 0  # type: ignore[attr-defined]
    return loss


class Circle(NamedLoss):
    """A loss for embeddings of length 1 and integer labels; see ``circle``.

    Args:
        gamma: the scale.
        margin: how far apart the classes should be.
        remove_diagonal: whether an embedding is left out of the comparison with itself.
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(circle, reduction, name, dtype, gamma=gamma, margin=margin, remove_diagonal=remove_diagonal)
