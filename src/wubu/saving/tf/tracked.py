"""What an object holds, under the names that TensorFlow gives it in checkpoints.

The layers of a Sequential or functional model are ``layer_with_weights-0``… and ``layer-0``…; everything else goes by
the name of its attribute; lists by position, dicts by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.core.variable import Variable
from wubu.layers.base import Layer
from wubu.saving import walk

# Attributes that tf.keras calls otherwise; its name is the main one.
_DENSES = {f"{part}_dense": f"_{part}_dense" for part in ("query", "key", "value", "output")}
_OTHERWISE = {
    "MultiHeadAttention": _DENSES,
    "DepthwiseConv1D": {"kernel": "depthwise_kernel"},
    "DepthwiseConv2D": {"kernel": "depthwise_kernel"},
}


def children(thing: Any) -> Iterator[tuple[str, Any]]:
    """The objects directly within another, by name; one may come under several names, the first being the main one."""
    if isinstance(thing, list | tuple):
        yield from ((str(i), child) for i, child in enumerate(thing) if is_tracked(child))
    elif isinstance(thing, dict):
        yield from ((str(k).replace("/", "_"), child) for k, child in thing.items() if is_tracked(child))
    elif isinstance(thing, torch.Tensor):
        return
    elif isinstance(thing, Layer):
        old = _OTHERWISE.get(type(thing).__name__, {})
        for name, child in _of_layer(thing):
            if name in old:
                yield old[name], child
            yield name, child
    elif isinstance(thing, torch.nn.Module):
        yield from thing.named_parameters(recurse=False)
        yield from thing.named_buffers(recurse=False)
        yield from thing.named_children()
    elif is_optimizer(thing):
        yield from _of_optimizer(thing)
    elif hasattr(thing, "_trackable_children"):
        yield from thing._trackable_children().items()


def is_tracked(thing: Any) -> bool:
    """Whether an object has a place in a checkpoint."""
    if isinstance(thing, torch.nn.Parameter | torch.nn.Module) or is_optimizer(thing):
        return True
    if isinstance(thing, list | tuple):
        return any(is_tracked(one) for one in thing)
    if isinstance(thing, dict):
        return any(is_tracked(one) for one in thing.values())
    return hasattr(thing, "_trackable_children") and not isinstance(thing, type)


def is_optimizer(thing: Any) -> bool:
    """Whether something is an optimizer."""
    return hasattr(thing, "apply_gradients") and hasattr(thing, "variables") and not isinstance(thing, type)


def _of_layer(layer: Layer) -> Iterator[tuple[str, Any]]:
    graph = any(b.__name__ in ("Sequential", "Functional") and b.__module__.startswith("wubu.") for b in type(layer).__mro__)
    if graph:
        count = 0
        listed: list[Layer] = layer.layers  # type: ignore[assignment]
        for i, one in enumerate(listed):
            if one.weights:
                yield f"layer_with_weights-{count}", one
                count += 1
            yield f"layer-{i}", one
    own = layer._own_weights
    for name, parameter in layer._parameters.items():
        if isinstance(parameter, torch.Tensor):
            yield name, parameter
    for weight in own:
        yield weight.name, weight
    for name, child in walk.children(layer):
        if name != "layers" and is_tracked(child) and not isinstance(child, torch.Tensor):
            yield name, child


def _of_optimizer(optimizer: Any) -> Iterator[tuple[str, Any]]:
    """As tf.keras 2.11 and later track an optimizer: the counter, the rate, and all variables without the rate."""
    yield "_iterations", optimizer.iterations
    rate = [v for v in optimizer.variables if v.name == "learning_rate"]
    yield from (("_learning_rate", v) for v in rate)
    if optimizer.built:
        yield "_variables", [v for v in optimizer.variables if not any(v is r for r in rate)]


def full_name(variable: torch.Tensor) -> str:
    """What a variable is called in the graph."""
    return variable.path if isinstance(variable, Variable) else ""
