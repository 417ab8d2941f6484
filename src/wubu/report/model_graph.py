"""A model as boxes and arrows: what is drawn, before it is known where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wubu.core import nest
from wubu.errors import NotBuiltError
from wubu.models.functional import Functional
from wubu.models.model import Model


@dataclass
class Box:
    """One call of a layer or a function.

    Args:
        kind: the layer's class, or the function's name.
        name: the layer's name.
        rows: further lines of text.
        groups: names of the nested models around it, outermost first.
        weights: number of its parameters.
    """

    kind: str
    name: str
    rows: list[str] = field(default_factory=list)
    groups: tuple[str, ...] = ()
    weights: int = 0


@dataclass
class Graph:
    """Boxes and the arrows between them, as numbers of boxes.

    Args:
        boxes: in an order in which arrows lead forwards.
        arrows: pairs (from, to).
        certain: whether the arrows are known. A model without a graph has only an order of its layers.
    """

    boxes: list[Box] = field(default_factory=list)
    arrows: list[tuple[int, int]] = field(default_factory=list)
    certain: bool = True


@dataclass(frozen=True)
class Shown:
    """What each box says, as ``plot_model`` has it."""

    shapes: bool = False
    dtype: bool = False
    names: bool = True
    activations: bool = False
    trainable: bool = False
    nested: bool = False


def model_graph(model: Any, shown: Shown) -> Graph:
    """Collect the boxes and arrows of a model.

    Args:
        model: a built model. One without a graph of tensors becomes a chain of its layers.
        shown: what the boxes say.

    Raises:
        NotBuiltError: the model has not been built.
    """
    if not getattr(model, "built", False):
        raise NotBuiltError(
            f"Expected a model that has been built. {model!r} has not: call build(input_shape), or call it on data"
        )
    graph = Graph()
    inner = graph_of(model)
    if inner is not None:
        _walk(inner, None, (), graph, shown)
        return graph
    graph.certain = False
    for layer in getattr(model, "layers", None) or [model]:
        graph.boxes.append(_box(layer, [], [], (), shown))
    graph.arrows = [(number, number + 1) for number in range(len(graph.boxes) - 1)]
    return graph


def graph_of(model: Any) -> Functional | None:
    """The graph of tensors of a functional or a built Sequential model, else None."""
    if isinstance(model, Functional):
        return model
    found = getattr(model, "_graph", None)
    return found if isinstance(found, Functional) else None


def _walk(
    model: Functional, feeds: list[int] | None, groups: tuple[str, ...], graph: Graph, shown: Shown
) -> list[int]:
    """Add the boxes of one graph; return the boxes that its outputs come from."""
    source: dict[int, int] = {}
    for number, tensor in enumerate(model.inputs):
        if feeds is None:
            history = tensor._keras_history
            name = history.operation.name if history else "input"
            graph.boxes.append(_input_box(name, tensor, shown))
            source[id(tensor)] = len(graph.boxes) - 1
        else:
            source[id(tensor)] = feeds[number]
    nodes: Any = model._nodes
    for node in nodes:
        if node.is_input or all(id(tensor) in source for tensor in node.output_tensors):
            continue
        before = [source[id(tensor)] for tensor in node.input_tensors]
        nested = graph_of(node.operation) if shown.nested and isinstance(node.operation, Model) else None
        if nested is not None:
            inner = _walk(nested, before, (*groups, node.operation.name), graph, shown)
            source |= {id(tensor): box for tensor, box in zip(node.output_tensors, inner)}
            continue
        graph.boxes.append(_box(node.operation, node.input_tensors, node.output_tensors, groups, shown))
        here = len(graph.boxes) - 1
        graph.arrows += [(other, here) for other in dict.fromkeys(before)]
        source |= {id(tensor): here for tensor in node.output_tensors}
    return [source[id(tensor)] for tensor in model.outputs]


def _input_box(name: str, tensor: Any, shown: Shown) -> Box:
    box = Box("InputLayer", name if shown.names else "")
    if shown.shapes:
        box.rows.append(f"shape {shape_text(tensor.shape)}")
    if shown.dtype:
        box.rows.append(str(tensor.dtype))
    return box


def _box(operation: Any, before: list[Any], after: list[Any], groups: tuple[str, ...], shown: Shown) -> Box:
    kind = type(operation).__name__
    if hasattr(operation, "function") and not hasattr(operation, "weights"):
        kind = getattr(operation.function, "__name__", kind)
    box = Box(kind, operation.name if shown.names else "", groups=groups)
    weights: Any = getattr(operation, "weights", None)
    box.weights = sum(weight.numel() for weight in weights) if weights else 0
    if shown.activations:
        activation = getattr(operation, "activation", None)
        if activation is not None:
            box.rows.append(
                f"activation {getattr(activation, '__name__', None) or type(activation).__name__}"
            )
    if shown.shapes and (before or after):
        box.rows.append(f"in {_shapes(before)}")
        box.rows.append(f"out {_shapes(after)}")
    if shown.dtype and after:
        box.rows.append(", ".join(dict.fromkeys(str(tensor.dtype) for tensor in after)))
    if shown.trainable and box.weights:
        box.rows.append("trainable" if getattr(operation, "trainable", True) else "frozen")
    return box


def _shapes(tensors: list[Any]) -> str:
    return ", ".join(shape_text(tensor.shape) for tensor in nest.flatten(tensors)) or "–"


def shape_text(shape: Any) -> str:
    """A shape with a question mark for unknown lengths: ``? × 28 × 28``."""
    return " × ".join("?" if length is None else str(length) for length in shape) or "scalar"
