"""Copies of models with fresh weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu.core import nest
from wubu.errors import ArgumentError
from wubu.layers.base import Layer
from wubu.layers.core.input_layer import Input, InputLayer
from wubu.models.functional import Functional
from wubu.models.sequential import Sequential


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """Return a model with the same layers and fresh weights.

    Args:
        model: a Sequential, a functional model, or a subclass with ``get_config`` and ``from_config``.
        input_tensors: symbolic inputs to build the copy on. Default: new ones.
        clone_function: makes each layer's copy; by default the layer's config does.
        call_function: called as ``call_function(layer, *args, **kwargs)`` for each layer of the graph.
        recursive: whether models within are copied layer by layer as well.
    """

    def cloned(layer: Layer) -> Layer:
        if recursive and isinstance(layer, Sequential | Functional):
            return clone_model(layer, None, clone_function, call_function, recursive)
        if clone_function is not None:
            return clone_function(layer)
        return type(layer).from_config(layer.get_config())

    if isinstance(model, Sequential):
        layers: list[Any] = [cloned(layer) for layer in model.layers]
        start = model._stack[0] if model._stack and isinstance(model._stack[0], InputLayer) else None
        if input_tensors is not None:
            layers.insert(0, nest.flatten(input_tensors)[0])
        elif start is not None:
            layers.insert(0, Input(batch_shape=start.batch_shape, dtype=start.dtype, name=start.name))
        return Sequential(layers, name=model.name)
    if isinstance(model, Functional):
        return _clone_graph(model, input_tensors, cloned, call_function)
    if clone_function is not None:
        raise ArgumentError(
            f"clone_function needs a Sequential or functional model. Received: {model!r}, a subclass with its own call"
        )
    return type(model).from_config(model.get_config())


def _clone_graph(model: Functional, input_tensors: Any, cloned: Any, call_function: Any) -> Any:
    if input_tensors is None:
        inputs = [Input(batch_shape=t.shape, dtype=t.dtype, name=t._keras_history.operation.name) for t in model.inputs]
    else:
        inputs = nest.flatten(input_tensors)
    copies: dict[int, Any] = {}

    def copy_of(operation: Any) -> Any:
        if not isinstance(operation, Layer):
            return operation
        if id(operation) not in copies:
            copies[id(operation)] = cloned(operation)
        layer = copies[id(operation)]
        return (lambda *a, **k: call_function(layer, *a, **k)) if call_function is not None else layer

    outputs = model._run(inputs, copy_of)
    return type(model)(nest.pack_sequence_as(model.input, inputs), outputs, name=model.name)
