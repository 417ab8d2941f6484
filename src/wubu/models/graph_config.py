"""A functional model's graph as a config, and back, in the forms of Keras 2 and 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import SerializationError
from wubu.layers.base import Layer
from wubu.layers.core.input_layer import InputLayer
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node
from wubu.symbolic.operation import Operation
from wubu.symbolic.operation_config import operation_config


def to_config(model: Any) -> dict[str, Any]:
    """The graph of a functional model in Keras 3's form."""
    kept = _kept_nodes(model)
    layers = []
    for operation in model.operations:
        nodes = [n for n in operation._inbound_nodes if id(n) in kept and not n.is_input]
        if isinstance(operation, Layer | Operation):
            made = serialize_keras_object(operation)
            made["config"].setdefault("name", operation.name)
            calls = [(n.args, n.kwargs) for n in nodes]
        else:
            made, args, kwargs = operation_config(operation, nodes[0])
            calls = [(args, kwargs)]
        made["name"] = operation.name
        made["inbound_nodes"] = [_node_config(a, k, kept) for a, k in calls]
        layers.append(made)

    def address(tensor: KerasTensor) -> list[Any]:
        history = tensor._keras_history
        node = history.operation._inbound_nodes[history.node_index]
        number = kept[id(node)] + _first_number(history.operation)
        return [history.operation.name, number, history.tensor_index]

    return {
        "name": model.name,
        "trainable": model._trainable,
        "layers": layers,
        "input_layers": nest.map_structure(address, model.input),
        "output_layers": nest.map_structure(address, model.output),
    }


def _first_number(operation: Any) -> int:
    """With what number the calls of an operation begin in the addresses of a model's inputs and outputs.

    Keras counts the making of a functional model as its first call there, and only there.
    """
    return 1 if hasattr(operation, "_nodes") else 0


def _kept_nodes(model: Any) -> dict[int, int]:
    """The model's own nodes, each with its number among the kept ones of its operation."""
    inside = {id(n) for n in model._nodes}
    kept: dict[int, int] = {}
    for operation in model.operations:
        count = 0
        for node in operation._inbound_nodes:
            if id(node) in inside:
                kept[id(node)] = count
                count += 1
    return kept


def _node_config(args: tuple[Any, ...], kwargs: dict[str, Any], kept: Mapping[int, int]) -> dict[str, Any]:
    def serialize(value: Any) -> Any:
        if isinstance(value, KerasTensor):
            history = value._keras_history
            parent = history.operation._inbound_nodes[history.node_index]
            where = [history.operation.name, kept[id(parent)], history.tensor_index]
            config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": where}
            return {"class_name": "__keras_tensor__", "config": config}
        if isinstance(value, list | tuple):
            return [serialize(v) for v in value]
        if isinstance(value, Mapping):
            return {k: serialize(v) for k, v in value.items()}
        return serialize_keras_object(value)

    return {"args": [serialize(a) for a in args], "kwargs": {k: serialize(v) for k, v in kwargs.items()}}


def from_config(cls: type, config: Mapping[str, Any]) -> Any:
    """Make a functional model from its config.

    Raises:
        SerializationError: when the graph refers to layers or nodes that it does not have.
    """
    operations: dict[str, Any] = {}
    waiting: list[tuple[Any, dict[str, Any]]] = []
    made: dict[str, list[Node]] = {}
    for one in config["layers"]:
        operation = deserialize_keras_object(one)
        name = one.get("name") or one["config"].get("name")
        operations[name] = operation
        # A layer that was part of another graph before begins anew in this one.
        made[name] = [operation._inbound_nodes[0]] if isinstance(operation, InputLayer) else []
        waiting += [(name, node) for node in one.get("inbound_nodes") or []]

    while waiting:
        later: list[tuple[Any, Any]] = []
        for name, node in waiting:
            if len(made[name]) != 0 and _earlier_is_waiting(name, node, later):
                later.append((name, node))
                continue
            arguments = _arguments(node, made)
            if arguments is None:
                later.append((name, node))
                continue
            before = len(operations[name]._inbound_nodes)
            args, kwargs = arguments
            operations[name](*args, **kwargs)
            made[name].append(operations[name]._inbound_nodes[before])
        if len(later) == len(waiting):
            names = sorted({name for name, _ in later})
            raise SerializationError(f"The model's graph is damaged: the inputs of {names} are never made.")
        waiting = later

    def tensor(address: Any) -> KerasTensor:
        name, node_index, tensor_index = address[:3]
        try:
            number = node_index - (_first_number(operations[name]) if era == 3 else 0)
            if number < 0:
                raise IndexError(number)
            return made[name][number].output_tensors[tensor_index]
        except (KeyError, IndexError) as error:
            raise SerializationError(f"The model's graph has no tensor {address!r}.") from error

    era = _era(config)
    inputs = _map_addresses(tensor, config["input_layers"])
    outputs = _map_addresses(tensor, config["output_layers"])
    if isinstance(config["input_layers"], list) and era == 2 and len(inputs) == 1:
        inputs = inputs[0]
    if isinstance(config["output_layers"], list) and era == 2 and len(outputs) == 1:
        outputs = outputs[0]
    known: dict[str, Any] = {"name": config["name"]} if config.get("name") else {}
    if config.get("trainable") is False:
        known["trainable"] = False
    return cls(inputs, outputs, **known)


def _earlier_is_waiting(name: str, node: Any, later: list[tuple[Any, Any]]) -> bool:
    return any(other == name for other, _ in later)


def _era(config: Mapping[str, Any]) -> int:
    """3 when nodes are dicts of args and kwargs, 2 when they are lists of addresses."""
    for one in config["layers"]:
        for node in one.get("inbound_nodes") or []:
            return 3 if isinstance(node, Mapping) and "args" in node else 2
    return 3


def _map_addresses(tensor: Any, structure: Any) -> Any:
    if isinstance(structure, Mapping):
        return {k: _map_addresses(tensor, v) for k, v in structure.items()}
    if isinstance(structure, list | tuple) and structure and isinstance(structure[0], str):
        return tensor(structure)
    return [_map_addresses(tensor, s) for s in structure]


class _NotYet(Exception):
    """An input of a node has not been made yet."""


def _arguments(node: Any, made: Mapping[str, list[Node]]) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    def find(name: str, node_index: int, tensor_index: int) -> KerasTensor:
        if name not in made:
            raise SerializationError(f"The model's graph refers to a layer {name!r} that it does not have.")
        if node_index >= len(made[name]):
            raise _NotYet
        return made[name][node_index].output_tensors[tensor_index]

    def fill(value: Any) -> Any:
        if isinstance(value, Mapping):
            if value.get("class_name") == "__keras_tensor__":
                return find(*value["config"]["keras_history"])
            if "class_name" in value:
                return deserialize_keras_object(value)
            return {k: fill(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            made = [fill(v) for v in value]
            # An index with slices in it was a tuple; a list would mean something else.
            return tuple(made) if any(isinstance(v, slice) or v is Ellipsis for v in made) else made
        return value

    def old(value: Any) -> Any:
        """Keras 2: [layer, node, tensor, kwargs], or ["_CONSTANT_VALUE", -1, value, kwargs]."""
        if value[0] in ("_CONSTANT_VALUE", "_CONSTANT"):
            return value[2]
        return find(value[0], value[1], value[2])

    try:
        if isinstance(node, Mapping) and "args" in node:
            return tuple(fill(a) for a in node["args"]), {k: fill(v) for k, v in (node.get("kwargs") or {}).items()}
        if isinstance(node, Mapping):  # Keras 2: inputs given as a dict
            return ({k: old(v) for k, v in node.items()},), {}
        if node and isinstance(node[0], str):
            node = [node]
        tensors = [old(v) for v in node]
        kwargs: dict[str, Any] = {}
        for value in node:
            if len(value) > 3 and isinstance(value[3], Mapping):
                kwargs = {k: _old_argument(v, find) for k, v in value[3].items()}
        return (tensors[0] if len(tensors) == 1 else tensors,), kwargs
    except _NotYet:
        return None


def _old_argument(value: Any, find: Any) -> Any:
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], int):
        return find(*value)
    return value
