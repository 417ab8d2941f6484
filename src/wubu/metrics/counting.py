"""Counting true and false positives and negatives at one threshold or at many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.budget import charge
from wubu.core.tensors import as_tensor
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, ShapeError
from wubu.losses.alignment import beside, squeeze_or_expand_to_same_rank

KINDS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
# With top_k everything else is pushed below this threshold.
LOWEST = -1e10
_BYTES_PER_THRESHOLD = 100  # as numbers of Python's, in the lists that they pass through


def evenly_between(number: int) -> list[float]:
    """Thresholds between 0 and 1, both of which count among ``number`` but are left out."""
    charge((number,), _BYTES_PER_THRESHOLD)
    return [(i + 1) / (number - 1) for i in range(number - 2)]


class Thresholds:
    """Thresholds that predictions are compared with: above one, a prediction counts as positive.

    Args:
        values: the thresholds, rising where there are many.
        evenly: whether they are 0, 1/(n-1), …, 1, so that a prediction's place among them can be computed instead of
            compared; default: found out.
    """

    def __init__(self, values: Sequence[float], evenly: bool | None = None) -> None:
        self.values = [float(value) for value in values]
        self.evenly = _are_even(self.values) if evenly is None else evenly
        self._tensor: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.values)

    def tensor(self, like: torch.Tensor) -> torch.Tensor:
        """The thresholds as a tensor beside another; made once."""
        if self._tensor is None or self._tensor.device != like.device:
            self._tensor = torch.tensor(self.values, dtype=like.dtype, device=like.device)
        return self._tensor


def _are_even(values: Sequence[float]) -> bool:
    if len(values) < 3:
        return False
    even = np.arange(len(values), dtype=np.float32) / (len(values) - 1)
    return bool(np.allclose(values, even, atol=settings.epsilon()))


def parse_thresholds(thresholds: Any, default: float = 0.5) -> Thresholds:
    """Return the thresholds that an argument means: a number, a list of them, or None for the default.

    Raises:
        ArgumentError: for one outside 0 to 1.
    """
    if thresholds is None:
        return Thresholds([default])
    values = list(thresholds) if isinstance(thresholds, list | tuple | np.ndarray) else [thresholds]
    wrong = [value for value in values if value is None or not 0 <= value <= 1]
    if wrong:
        raise ArgumentError(f"Expected thresholds from 0 to 1. Received: {wrong}")
    return Thresholds(values)


def count(
    variables: Mapping[str, Variable],
    y_true: Any,
    y_pred: Any,
    thresholds: Thresholds,
    sample_weight: Any = None,
    top_k: int | None = None,
    class_id: int | None = None,
    label_weights: Any = None,
    multi_label: bool = False,
) -> None:
    """Add a batch to counts, one for each threshold.

    Args:
        variables: what is counted, by kind; of shape (thresholds,), or (thresholds, labels) with ``multi_label``.
        y_true: labels 0 and 1.
        y_pred: probabilities of the same shape.
        thresholds: a prediction above one is positive there.
        sample_weight: a weight per sample, or per prediction; or None.
        top_k: in each row only the k largest predictions can be positive.
        class_id: only this column counts.
        label_weights: a weight per column.
        multi_label: whether columns are counted apart.

    Raises:
        ShapeError: for ``class_id`` with predictions of one axis.
    """
    dtype = next(iter(variables.values())).dtype
    y_pred = as_tensor(y_pred, dtype)
    y_pred, y_true = squeeze_or_expand_to_same_rank(y_pred, beside(y_true, y_pred, dtype))
    weight = None
    if sample_weight is not None:
        weight = beside(sample_weight, y_pred, dtype).unsqueeze(-1)
        weight = squeeze_or_expand_to_same_rank(y_true, weight, expand_rank_1=False)[1]
    if top_k is not None:
        y_pred = _only_top_k(y_pred, top_k)
    if class_id is not None:
        if y_pred.dim() == 1:
            raise ShapeError(f"class_id={class_id} expects predictions of shape (batch, classes). Received: (batch,)")
        y_true, y_pred = y_true[..., class_id, None], y_pred[..., class_id, None]
    if label_weights is not None:
        columns = beside(label_weights, y_pred, dtype)
        weight = columns if weight is None else weight * columns
    if weight is not None:
        weight = weight.expand(y_pred.shape)
    positive = y_true != 0
    if thresholds.evenly:
        _count_by_place(variables, positive, y_pred, thresholds, weight, multi_label)
    else:
        _count_by_comparison(variables, positive, y_pred, thresholds, weight, multi_label)


def _only_top_k(y_pred: torch.Tensor, k: int) -> torch.Tensor:
    chosen = torch.zeros_like(y_pred, dtype=torch.bool).scatter_(-1, y_pred.topk(k).indices, True)
    return torch.where(chosen, y_pred, LOWEST)


def _count_by_comparison(
    variables: Mapping[str, Variable],
    positive: torch.Tensor,
    y_pred: torch.Tensor,
    thresholds: Thresholds,
    weight: torch.Tensor | None,
    multi_label: bool,
) -> None:
    if len(thresholds) == 1 and not multi_label:
        # (...): one comparison with a number, one sum over everything
        axes: tuple[int, ...] = tuple(range(y_pred.dim()))
        above = y_pred > thresholds.values[0]
    else:
        # (thresholds, batch, labels) or (thresholds, batch * labels)
        shape = (-1, 1, 1) if multi_label else (-1, 1)
        axes = (1,)
        if not multi_label:
            positive, y_pred = positive.reshape(-1), y_pred.reshape(-1)
            weight = None if weight is None else weight.reshape(-1)
        above = y_pred > thresholds.tensor(y_pred).reshape(shape)
    for kind, variable in variables.items():
        labelled = positive if kind in ("true_positives", "false_negatives") else ~positive
        chosen = above if kind in ("true_positives", "false_positives") else ~above
        hits = labelled & chosen
        variable.add_((hits if weight is None else torch.where(hits, weight, 0.0)).sum(axes))


def _count_by_place(
    variables: Mapping[str, Variable],
    positive: torch.Tensor,
    y_pred: torch.Tensor,
    thresholds: Thresholds,
    weight: torch.Tensor | None,
    multi_label: bool,
) -> None:
    """Find each prediction's place among even thresholds, make a histogram, and add it up from the top."""
    places = len(thresholds) + 1  # place 0 is below every threshold
    lowest = 1 if thresholds.values[0] < 0 else 0
    place = (y_pred.clamp(0.0, 1.0) * (len(thresholds) - 1)).ceil().long().clamp(lowest, len(thresholds))
    columns = y_pred.shape[-1] if multi_label else 1
    cell = place + places * positive
    if multi_label:
        cell = cell + 2 * places * torch.arange(columns, device=cell.device)
    cell = cell.reshape(-1)
    amount = torch.ones_like(cell, dtype=y_pred.dtype) if weight is None else weight.reshape(-1)
    histogram = torch.zeros(columns * 2 * places, dtype=y_pred.dtype, device=y_pred.device)
    # (columns, negative or positive label, places)
    histogram = histogram.scatter_add_(0, cell, amount).reshape(columns, 2, places)
    above = histogram.flip(-1).cumsum(-1).flip(-1)
    chosen, total = above[..., 1:], above[..., :1]
    found = {
        "true_positives": chosen[:, 1],
        "false_positives": chosen[:, 0],
        "true_negatives": (total - chosen)[:, 0],
        "false_negatives": (total - chosen)[:, 1],
    }
    for kind, variable in variables.items():
        variable.add_(found[kind].T if multi_label else found[kind][0])
