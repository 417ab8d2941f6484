"""Dropout by the share that stays, as TensorFlow 1 has it."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op


@op
def drop(x: Any, keep_prob: Any) -> torch.Tensor:
    """A share of the numbers set to 0, the rest made larger.

    Args:
        x: the numbers.
        keep_prob: the share that stays; may be a tensor.
    """
    x = as_tensor(x)
    keep = as_tensor(keep_prob).to(x.dtype)
    return torch.where(torch.rand_like(x) < keep, x / keep, torch.zeros_like(x))
