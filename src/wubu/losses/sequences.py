"""A loss for sequences whose labels are not aligned with the steps."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ShapeError
from wubu.losses.alignment import as_predictions, beside
from wubu.losses.ctc_op import aligned_loss
from wubu.losses.traits import targets
from wubu.losses.wrapper import NamedLoss

# Class 0 stands for "nothing here", in predictions and as the padding of labels.
_BLANK = 0


@targets("integers")
def ctc(y_true: Any, y_pred: Any) -> torch.Tensor:
    """Minus the log-probability of all alignments that spell the labels (Graves et al., 2006).

    Args:
        y_true: class indices of shape (batch, labels), padded with 0, which is no class.
        y_pred: logits of shape (batch, steps, classes); class 0 stands for nothing.

    Returns:
        A tensor of shape (batch,); infinite where the steps are too few for the labels.

    Raises:
        ShapeError: when the labels do not have two axes, or the logits three.
    """
    y_pred = as_predictions(y_pred)
    labels = beside(y_true, y_pred)
    if len(labels.shape) != 2 or len(y_pred.shape) != 3:
        raise ShapeError(
            "ctc expected labels of shape (batch, labels) and logits of shape (batch, steps, classes). "
            f"Received: labels {tuple(labels.shape)}, logits {tuple(y_pred.shape)}"
        )
    if y_pred.dtype in (torch.float16, torch.bfloat16):
        y_pred = y_pred.float()
    labels = labels.to(torch.int64)
    lengths = torch.sum(torch.ne(labels, _BLANK), dim=-1)
    steps = torch.full_like(lengths, y_pred.shape[1])
    logs = torch.log_softmax(y_pred.transpose(0, 1), dim=-1)  # (steps, batch, classes)
    return aligned_loss(logs, labels, steps, lengths, _BLANK)


class CTC(NamedLoss):
    """Connectionist temporal classification, for speech and handwriting; see ``ctc``.

    Args:
        reduction: see ``Loss``.
        name: see ``Loss``.
        dtype: see ``Loss``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)
