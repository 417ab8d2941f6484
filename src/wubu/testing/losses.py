"""What every loss must do."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.testing.comparing import claim, near, round_trip


def check_loss(loss: Any, y_true: Any = None, y_pred: Any = None) -> None:
    """Check a loss: its config, the shapes of its reductions, weights, and a gradient without holes.

    Args:
        loss: the loss, an object.
        y_true: labels with the batch first. Default: 0 and 1 of shape (4, 3).
        y_pred: predictions. Default: numbers from 0.1 to 0.9 of shape (4, 3).

    Raises:
        AssertionError: that says what does not hold.

    Example:
        >>> check_loss(wubu.losses.MeanSquaredError())
    """
    what = type(loss).__name__
    labels = torch.eye(4, 3) if y_true is None else as_tensor(y_true)
    outputs = torch.rand(4, 3) * 0.8 + 0.1 if y_pred is None else as_tensor(y_pred)
    again = round_trip(loss, what)
    total = loss(labels, outputs)
    claim(total.dim() == 0 and torch.isfinite(total), f"{what}: expected one finite number, received {total}")
    near(again(labels, outputs), total, f"{what}: the loss that its config makes")
    config = loss.get_config()
    one_by_one = type(loss).from_config({**config, "reduction": None})(labels, outputs)
    claim(one_by_one.shape[:1] == outputs.shape[:1] or one_by_one.dim() == 0, f"{what}: reduction=None gives no batch")
    added = type(loss).from_config({**config, "reduction": "sum"})(labels, outputs)
    near(added, one_by_one.sum(), f"{what}: reduction='sum' and the sum of reduction=None", 1e-3)
    near(loss(labels, outputs, sample_weight=2.0), 2 * total, f"{what}: a weight of 2", 1e-3)
    leaf = outputs.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(labels, leaf), leaf)
    claim(torch.isfinite(gradient).all(), f"{what}: the gradient is not finite")
