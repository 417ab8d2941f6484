"""Calling a layer on symbolic tensors, and finding shapes without computing."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.device import device_scope
from wubu.core.dtypes import is_float
from wubu.errors import NeverCalledError, NotBuiltError, SerializationError, WubuError
from wubu.layers import call_context, input_spec
from wubu.layers.stand_ins import weights_on_meta
from wubu.symbolic.infer import infer
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node

if TYPE_CHECKING:
    from wubu.layers.base import Layer


def any_symbolic(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a KerasTensor is among the arguments; quick for the ordinary case of one tensor."""
    for value in args if not kwargs else (*args, *kwargs.values()):
        if isinstance(value, torch.Tensor):
            continue
        if isinstance(value, KerasTensor):
            return True
        if isinstance(value, list | tuple | dict) and any(isinstance(x, KerasTensor) for x in nest.flatten(value)):
            return True
    return False


def run(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Build the layer for the symbolic shapes, infer the outputs, and add a node to the graph."""
    args = tuple(_as_symbolic_friendly(a) for a in args)
    if layer.input_spec is not None and args:
        input_spec.check(layer.input_spec, args[0], layer.name)
    if not layer.built:
        shapes = call_shapes(layer, args, kwargs)
        layer.build(**shapes) if shapes is not None else layer.build(None)
        if layer.input_spec is not None and args:
            input_spec.check(layer.input_spec, args[0], layer.name)
    outputs = layer.compute_output_spec(*args, **kwargs)
    given = {k: v for k, v in kwargs.items() if not (k == "training" and v is None)}
    Node(layer, args, given, outputs)
    return outputs


def _as_symbolic_friendly(value: Any) -> Any:
    return value


def call_shapes(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """The arguments of ``build`` for the arguments of a call."""
    names = layer._call_signature.names
    bound: dict[str, Any] = {}
    for i, value in enumerate(args):
        bound[names[i] if i < len(names) else f"argument_{i}"] = value
    bound.update(kwargs)
    found = {
        name: shapes_of(value) for name, value in bound.items() if _has_tensor(value) and not name.endswith("mask")
    }
    wanted = [p for p in inspect.signature(type(layer).build).parameters.values() if p.name not in ("self", "_self")]
    takes_any = any(p.kind == p.VAR_KEYWORD for p in wanted)
    wanted_names = [p.name for p in wanted if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    if not found:
        return None
    if len(wanted_names) <= 1 and not takes_any:
        first = next(iter(found.values()))
        return {wanted_names[0]: first} if wanted_names else {}
    made = {f"{name}_shape": shape for name, shape in found.items() if f"{name}_shape" in wanted_names or takes_any}
    if not made:
        return {wanted_names[0]: next(iter(found.values()))}
    return made


def _has_tensor(value: Any) -> bool:
    return any(isinstance(leaf, torch.Tensor | KerasTensor) for leaf in nest.flatten(value))


def shapes_of(value: Any) -> Any:
    """The structure of shapes of a structure of tensors."""
    return nest.map_structure(lambda t: tuple(t.shape) if hasattr(t, "shape") else None, value)


def output_spec(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a call gives: by the layer's own ``compute_output_shape`` where it has one, else by a run on ``meta``."""
    if not getattr(type(layer).compute_output_shape, "found_by_running", False):
        parameters = inspect.signature(type(layer).compute_output_shape).parameters
        shapes = call_shapes_for(parameters, layer, args, kwargs)
        shape = layer.compute_output_shape(**shapes)
        return _tensors(shape, _output_dtype(layer, args, kwargs))
    return run_on_meta(layer, args, kwargs)


def _output_dtype(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The type of the output: what the layer computes in, or the input's where the layer keeps integers as they are."""
    if layer.keeps_dtype:
        first = next((t for t in nest.flatten([args, kwargs]) if isinstance(t, KerasTensor)), None)
        if first is not None and not (is_float(first.dtype) and layer.autocast):
            return first.dtype
    return layer.compute_dtype


def call_shapes_for(parameters: Any, layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``compute_output_shape`` for the arguments of a call."""
    wanted = [
        name for name, p in parameters.items() if name != "self" and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]
    names = layer._call_signature.names
    bound = {names[i] if i < len(names) else str(i): value for i, value in enumerate(args)}
    bound.update(kwargs)
    found = {name: shapes_of(value) for name, value in bound.items() if _has_tensor(value)}
    if len(wanted) == 1:
        return {wanted[0]: next(iter(found.values()))}
    made = {f"{name}_shape": shape for name, shape in found.items() if f"{name}_shape" in wanted}
    # The first shape is the first input's, whatever the two are called.
    return {wanted[0]: next(iter(found.values())), **made}


def _tensors(shape: Any, dtype: str) -> Any:
    if isinstance(shape, dict):
        return {k: _tensors(v, dtype) for k, v in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(s, list | tuple | dict) for s in shape):
        return (
            type(shape)(_tensors(s, dtype) for s in shape)
            if isinstance(shape, list)
            else tuple(_tensors(s, dtype) for s in shape)
        )
    return KerasTensor(shape, dtype)


def run_on_meta(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Infer a call's outputs by running it on torch's ``meta`` device with the weights standing in."""

    def called(*a: Any, **k: Any) -> Any:
        return layer(*a, **k)

    # What the call itself makes, such as random numbers, has to be a stand-in too.
    with weights_on_meta(layer), call_context_cleared(), device_scope("meta"):
        try:
            return infer(called, *args, **kwargs)
        except WubuError:
            raise
        except (RuntimeError, NotImplementedError, TypeError, ValueError, IndexError) as error:
            raise NotBuiltError(
                f"Could not find the output shape of layer {layer.name!r} ({type(layer).__name__}): {error}. "
                "Try: give the layer a compute_output_shape(input_shape) method"
            ) from error


@contextmanager
def call_context_cleared() -> Iterator[None]:
    """Within this block no call is under way, so that a trial run leaves no losses or training flag behind."""
    before = call_context.swap(None)
    try:
        yield
    finally:
        call_context.swap(before)


def output_shape(layer: Layer, *args: Any, **kwargs: Any) -> Any:
    """The output's shape for an input's shape, found by a run on ``meta``."""
    shapes = args[0] if args else next(iter(kwargs.values()))
    inputs = _tensors(shapes, layer.compute_dtype)
    if not layer.built:
        layer.build(shapes)
    return shapes_of(run_on_meta(layer, (inputs,), {}))


def only_node(layer: Layer, what: str) -> Node:
    """The node of the only call on symbolic tensors."""
    nodes = layer._inbound_nodes
    if not nodes:
        raise NeverCalledError(
            f"Layer {layer.name!r} has no {what} yet: it was never called on a symbolic tensor. "
            "Try: give the model an Input, or call the layer on one"
        )
    return nodes[0]


def remembered_arguments(layer: Layer, base: dict[str, Any]) -> dict[str, Any]:
    """A config made of the constructor's arguments, for a class that has no ``get_config`` of its own."""
    args, kwargs = layer.__dict__.get("_init_arguments", ((), {}))
    try:
        bound = inspect.signature(type(layer).__init__).bind(layer, *args, **kwargs)
    except (TypeError, ValueError):
        return base
    config: dict[str, Any] = {}
    for name, value in list(bound.arguments.items())[1:]:
        kind = bound.signature.parameters[name].kind
        if kind == inspect.Parameter.VAR_KEYWORD:
            config.update(value)
        elif kind != inspect.Parameter.VAR_POSITIONAL:
            config[name] = value
    try:
        config = {key: serialize_keras_object(value) for key, value in config.items()}
    except SerializationError as error:
        raise SerializationError(
            f"Layer {layer.name!r} ({type(layer).__name__}) has constructor arguments that cannot be saved: {error} "
            "Try: give the class a get_config method and, for objects, a from_config"
        ) from error
    parameters = inspect.signature(type(layer).__init__).parameters
    takes_any = any(p.kind == p.VAR_KEYWORD for p in parameters.values())
    return {**{k: v for k, v in base.items() if takes_any or k in parameters}, **config}


def revived(config: dict[str, Any]) -> dict[str, Any]:
    """A config with the objects inside it made again, so that it can be passed to a constructor."""

    def revive(value: Any) -> Any:
        if isinstance(value, dict) and "class_name" in value and "config" in value:
            return deserialize_keras_object(value)
        return value

    return {key: revive(value) for key, value in config.items()}
