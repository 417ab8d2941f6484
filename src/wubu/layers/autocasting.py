"""Weights in the type that is computed in, for layers of the program's own.

Under ``mixed_bfloat16`` inputs are bfloat16 and weights float32, and torch multiplies no two types. wubu's own layers
cast where they compute; a user's ``inputs @ self.kernel`` cannot know, so that it finds ``self.kernel`` already cast.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from wubu.core import border
from wubu.core.dtypes import torch_dtype

if TYPE_CHECKING:
    from wubu.layers.base import Layer


def needed(layer: Layer) -> bool:
    """Whether a layer's ``call`` must find its weights cast."""
    policy = layer.dtype_policy
    return policy.compute_dtype != policy.variable_dtype and layer.autocast and border.is_the_programs(type(layer).call)


@contextmanager
def cast_weights(layer: Layer) -> Iterator[None]:
    """Within this block the layer's own trainable weights are casts of them, through which gradients flow.

    Statistics and counters stay what they are: a ``call`` assigns to them.
    """
    dtype = torch_dtype(layer.compute_dtype)
    table: dict[str, Any] = layer._parameters
    kept = {
        name: weight
        for name, weight in table.items()
        if weight is not None and weight.is_floating_point() and getattr(weight, "_trainable", True)
    }
    try:
        for name, weight in kept.items():
            table[name] = weight.to(dtype)
        yield
    finally:
        table.update(kept)
