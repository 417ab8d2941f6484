"""Activation functions, by Keras's names."""

from wubu.activations.lookup import deserialize, get, serialize
from wubu.activations.normalizing import log_softmax, softmax, sparsemax
from wubu.activations.rectified import celu, elu, leaky_relu, linear, relu, relu6, selu, threshold
from wubu.activations.saturating import (
    hard_sigmoid,
    hard_tanh,
    log_sigmoid,
    sigmoid,
    softsign,
    sparse_sigmoid,
    tanh,
)
from wubu.activations.shrinking import hard_shrink, soft_shrink, tanh_shrink
from wubu.activations.smooth import (
    exponential,
    gelu,
    glu,
    hard_silu,
    mish,
    silu,
    softplus,
    sparse_plus,
    squareplus,
)
from wubu.core.registry import register_room

hard_swish = hard_silu
swish = silu

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]

_LOOKUP = {"deserialize", "get", "serialize"}

register_room(
    "activations",
    {name: globals()[name] for name in __all__ if name not in _LOOKUP},
    aliases={"exp": "exponential", "hardswish": "hard_silu", "identity": "linear"},
)
