"""The activation functions of ``tf.nn``, on what ``wubu.activations`` defines."""

from __future__ import annotations

from typing import Any

import torch

from wubu import activations
from wubu.tensorflow.conversion import axes, convert, host_value_of, integer
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.elementwise import FLOATS, REAL, unary
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.operators import Binary
from wubu.tensorflow.tensor import type_of


def _floats(value: Any, name: str) -> torch.Tensor:
    x = convert(value)
    Binary(name, torch.add, FLOATS).check_type(type_of(x))
    return x


relu = unary("relu", torch.relu, "max(x, 0)", REAL, "Relu")
relu6 = unary("relu6", activations.relu6, "min(max(x, 0), 6)", REAL, "Relu6")
selu = unary("selu", activations.selu, "The scaled exponential linear unit", FLOATS, "Selu")
elu = unary("elu", activations.elu, "x where x > 0, else e^x - 1", FLOATS, "Elu")


@api(text="reads")
def softmax(logits: Any, axis: Any = None) -> torch.Tensor:
    """e^x / Σ e^x along an axis, the last by default."""
    return activations.softmax(_checked_axis(_floats(logits, "Softmax"), axis), -1 if axis is None else integer(axis))


@api(text="reads")
def log_softmax(logits: Any, axis: Any = None) -> torch.Tensor:
    """The logarithm of ``softmax``."""
    return activations.log_softmax(
        _checked_axis(_floats(logits, "LogSoftmax"), axis), -1 if axis is None else integer(axis)
    )


def _checked_axis(x: torch.Tensor, axis: Any) -> torch.Tensor:
    if x.dim() == 0:
        raise InvalidArgumentError(None, None, "logits must have >= 1 dimension, got [] [Op:Softmax]")
    if axis is not None and not -x.dim() <= integer(axis) < x.dim():
        raise InvalidArgumentError(
            None, None, f"`axis` = {axis} not in range [{-x.dim()}, {x.dim()}) for logits of {x.dim()} dimensions"
        )
    return x


@api(text="reads")
def leaky_relu(features: Any, alpha: Any = 0.2) -> torch.Tensor:
    """x where x > 0, else alpha·x; whole numbers become float32."""
    x = convert(features)
    Binary("LeakyRelu", torch.add, REAL).check_type(type_of(x))
    x = x if x.dtype.is_floating_point else x.float()
    return torch.nn.functional.leaky_relu(x, float(host_value_of(alpha)))


@api
def gelu(features: Any, approximate: bool = False) -> torch.Tensor:
    """x·Φ(x), or its approximation by a tanh."""
    x = convert(features)
    if not x.dtype.is_floating_point:
        raise ValueError(f"`features.dtype` must be a floating point tensor. Received: {type_of(x)!r}")
    return activations.gelu(x, approximate=approximate)


@api
def silu(features: Any, beta: Any = 1.0) -> torch.Tensor:
    """x · sigmoid(beta·x)."""
    x = _floats(features, "Sigmoid")
    slope = convert(beta, hint=type_of(x))
    return activations.silu(x) if not isinstance(beta, torch.Tensor) and beta == 1.0 else x * torch.sigmoid(slope * x)


swish = silu


@api
def crelu(features: Any, axis: Any = -1) -> torch.Tensor:
    """The positive and the negative part side by side: max(x, 0) and max(-x, 0)."""
    x = convert(features)
    return torch.relu(torch.cat([x, -x], dim=integer(axis)))


@api(text="reads")
def l2_loss(t: Any) -> torch.Tensor:
    """Σ x² / 2."""
    return torch.sum(torch.square(_floats(t, "L2Loss"))) / 2


def reduced_axes(x: torch.Tensor, axis: Any) -> tuple[int, ...]:
    """Axes as a tuple, all of them for None."""
    found = axes(axis)
    if found is None:
        return tuple(range(x.dim()))
    return (found,) if isinstance(found, int) else tuple(found)


