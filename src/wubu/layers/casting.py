"""One type for an operation's operands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from wubu.core.dtypes import torch_dtype

if TYPE_CHECKING:
    from wubu.layers.base import Layer


def matched(layer: Layer, inputs: torch.Tensor, *weights: torch.Tensor | None) -> tuple[Any, ...]:
    """Return the input and weights in one floating-point type.

    The input decides; integers, such as pictures that were never divided by 255, become what the layer computes in.
    """
    dtype = inputs.dtype
    if not dtype.is_floating_point and not dtype.is_complex:
        inputs = inputs.to(torch_dtype(layer.compute_dtype))
        dtype = inputs.dtype
    for w in weights:
        if w is not None and w.dtype is not dtype:
            break
    else:
        return (inputs, *weights)
    return (inputs, *(w if w is None or w.dtype is dtype else w.to(dtype) for w in weights))


def widened(x: torch.Tensor) -> torch.Tensor:
    """Half types become float32, for operations that torch has no half version of; others stay."""
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
