"""The activation functions as operations; the activations room defines them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

from wubu import activations
from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op


def _lifted(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """An activation that takes arrays as well, and that a graph keeps under its own name."""

    @wraps(function)
    def apply(x: Any, *args: Any, **kwargs: Any) -> torch.Tensor:
        return function(as_tensor(x), *args, **kwargs)

    return op(apply)


celu = _lifted(activations.celu)
elu = _lifted(activations.elu)
glu = _lifted(activations.glu)
hard_shrink = _lifted(activations.hard_shrink)
hard_sigmoid = _lifted(activations.hard_sigmoid)
hard_silu = _lifted(activations.hard_silu)
hard_swish = _lifted(activations.hard_silu)
hard_tanh = _lifted(activations.hard_tanh)
leaky_relu = _lifted(activations.leaky_relu)
log_sigmoid = _lifted(activations.log_sigmoid)
log_softmax = _lifted(activations.log_softmax)
relu6 = _lifted(activations.relu6)
selu = _lifted(activations.selu)
sigmoid = _lifted(activations.sigmoid)
silu = _lifted(activations.silu)
soft_shrink = _lifted(activations.soft_shrink)
softmax = _lifted(activations.softmax)
softplus = _lifted(activations.softplus)
softsign = _lifted(activations.softsign)
sparse_plus = _lifted(activations.sparse_plus)
sparse_sigmoid = _lifted(activations.sparse_sigmoid)
sparsemax = _lifted(activations.sparsemax)
squareplus = _lifted(activations.squareplus)
swish = _lifted(activations.silu)
tanh_shrink = _lifted(activations.tanh_shrink)
threshold = _lifted(activations.threshold)


@op
def gelu(x: Any, approximate: bool = True) -> torch.Tensor:
    """x·Φ(x), approximated by a tanh unless told otherwise (Keras's activation of the same name is exact)."""
    return activations.gelu(as_tensor(x), approximate=approximate)


@op
def relu(x: Any) -> torch.Tensor:
    """max(x, 0)."""
    return torch.relu(as_tensor(x))
