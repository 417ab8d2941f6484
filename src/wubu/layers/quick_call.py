"""The short way through a layer: a call with one plain tensor, to a layer that needs nothing around its ``call``.

Most calls are of that kind, and most of what ``Layer`` does around a call is for the others. What is left here is what
such a call can notice: the context of the call, what ``training`` means, the check of the input. Everything else goes the
long way, errors too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from wubu.core import border
from wubu.core.dtypes import TORCH
from wubu.layers.call_context import CallContext, current, swap
from wubu.layers.input_spec import InputSpec

if TYPE_CHECKING:
    from wubu.layers.base import Layer

# What ``run`` gives for a call that has to go the long way.
LONG_WAY = object()


def run(layer: Layer, x: torch.Tensor) -> Any:
    """The output of ``layer(x)``, or ``LONG_WAY``; nothing has happened then."""
    policy = layer.dtype_policy
    compute = policy.compute_dtype
    if (
        not layer.built
        or layer.activity_regularizer is not None
        or border.facade is not None
        or compute != policy.variable_dtype  # weights may have to be cast
        or (x.dtype is not TORCH.get(compute) and (x.is_floating_point() or layer._prepares_inputs()))
    ):
        return LONG_WAY
    spec = layer.input_spec
    if spec is not None and not (spec.__class__ is InputSpec and spec.surely_fits(x.shape)):
        return LONG_WAY
    if layer._has_own_masks() or getattr(x, "_keras_mask", None) is not None:
        return LONG_WAY
    outer = current()
    training = outer.training if outer is not None else None
    if training is not None:  # the call under way says it all
        return layer.call(x, training=training) if layer._call_signature.training else layer.call(x)
    training = layer.training or layer.random_by_itself
    if outer is None:
        owner = layer
        if layer._loss_carriers:
            layer._clear_losses()
    else:
        owner = outer.owner
    before = swap(CallContext(owner, training))
    try:
        return layer.call(x, training=training) if layer._call_signature.training else layer.call(x)
    finally:
        swap(before)
