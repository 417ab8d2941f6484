"""Cross-entropies as operations; the losses define them."""

from __future__ import annotations

from typing import Any

import torch

from wubu.errors import ShapeError
from wubu.losses.binary_entropy import binary_entropies
from wubu.losses.categorical_entropy import categorical_crossentropy as _categorical
from wubu.losses.sparse_entropy import sparse_categorical_crossentropy as _sparse
from wubu.ops.promotion import floating
from wubu.symbolic.function import op


@op
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> torch.Tensor:
    """``-(target * log(output) + (1 - target) * log(1 - output))``, element by element.

    Args:
        target: 0 and 1, or probabilities.
        output: probabilities, or logits, of the same shape.
        from_logits: whether the output is logits.

    Raises:
        ShapeError: when the shapes differ.
    """
    target, output = floating(target), floating(output)
    if target.shape != output.shape:
        raise ShapeError(
            "binary_crossentropy expected target and output to have the same shape. "
            f"Received: {tuple(target.shape)} and {tuple(output.shape)}"
        )
    return binary_entropies(target.to(output.dtype), output, from_logits)


@op
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> torch.Tensor:
    """``-sum(target * log(output))`` over the classes' axis, of one-hot targets."""
    return _categorical(target, output, from_logits, axis=axis)


@op
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> torch.Tensor:
    """``-log(output[target])``: the cross-entropy of the class that each index names."""
    return _sparse(target, output, from_logits, axis=axis)
