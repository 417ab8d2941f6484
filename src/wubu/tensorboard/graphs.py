"""A model's graph for TensorBoard's Graphs page."""

from __future__ import annotations

import json
from typing import Any

from wubu.core.config import serialize_keras_object
from wubu.errors import SerializationError
from wubu.tensorboard.protos import load
from wubu.tensorboard.writer import SummaryWriter


def model_graph(model: Any) -> Any:
    """The layers of a model, nested by models, as TensorBoard's GraphDef: a node per layer, an edge per connection."""
    graph = load().GraphDef()
    graph.versions.producer = 22
    _add(graph, model, model.name, {})
    return graph


def _add(graph: Any, model: Any, prefix: str, given: dict[int, str]) -> str:
    """Add a model's layers below a name; the name of the node that its (first) output comes from."""
    inner = model._graph if getattr(model, "_graph", None) is not None else model
    nodes = getattr(inner, "_nodes", None)
    if nodes is None:
        return _chain(graph, model, prefix)
    source: dict[int, str] = dict(given)
    last = prefix
    for position, node in enumerate(nodes):
        operation = node.operation
        name = f"{prefix}/{operation.name}"
        if operation._inbound_nodes.index(node) and any(n.name == name for n in graph.node):
            name = f"{name}_{position}"
        inputs = [source[id(t)] for t in node.input_tensors if id(t) in source]
        if getattr(operation, "_nodes", None) is not None or getattr(operation, "_graph", None) is not None:
            last = _nested(graph, operation, name, inputs)
        else:
            _node(graph, name, operation, inputs, [t.shape for t in node.output_tensors])
            last = name
        for tensor in node.output_tensors:
            source[id(tensor)] = last
    return last


def _nested(graph: Any, model: Any, name: str, inputs: list[str]) -> str:
    inner = model._graph if getattr(model, "_graph", None) is not None else model
    before = len(graph.node)
    last = _add(graph, model, name, {})
    for node in list(graph.node)[before:]:
        if node.op == "InputLayer" and node.name.startswith(name + "/") and node.name.count("/") == name.count("/") + 1:
            position = [t._keras_history.operation.name for t in inner.inputs].index(node.name.rsplit("/", 1)[1])
            if position < len(inputs):
                node.input.append(inputs[position])
    return last


def _chain(graph: Any, model: Any, prefix: str) -> str:
    """A subclassed model has no graph: its layers in the order they were made, unconnected."""
    last = prefix
    for layer in model.layers:
        last = f"{prefix}/{layer.name}"
        _node(graph, last, layer, [], [])
    return last


def _node(graph: Any, name: str, operation: Any, inputs: list[str], shapes: list[Any]) -> None:
    node = graph.node.add()
    node.name = name
    function = getattr(operation, "function", None)
    node.op = type(operation).__name__ if function is None else getattr(function, "__name__", "function")
    node.input.extend(dict.fromkeys(inputs))
    for shape in shapes:
        listed = node.attr["_output_shapes"].list.shape.add()
        for size in shape:
            listed.dim.add().size = -1 if size is None else size
    count = sum(w.numel() for w in getattr(operation, "weights", []))
    if count:
        node.attr["parameters"].i = count


def write_model_graph(writer: SummaryWriter, model: Any) -> None:
    """Write a model's graph, and its config for the Keras view of the page where it has one."""
    writer.add_event(graph_def=model_graph(model).SerializeToString())
    try:
        config = json.dumps(serialize_keras_object(model))
    except (SerializationError, NotImplementedError, TypeError, ValueError):
        return  # a subclassed model without a config has only the first view
    tb = load()
    metadata = tb.SummaryMetadata(
        plugin_data=tb.SummaryMetadata.PluginData(plugin_name="graph_keras_model", content=b"1")
    )
    writer.add(tb.Summary.Value(tag="keras", tensor=tb.make_tensor_proto(config.encode()), metadata=metadata), 0)
