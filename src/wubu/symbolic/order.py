"""The order of a graph: which operations lie between inputs and outputs, and in what order they run and are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from wubu.errors import ArgumentError
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node


class GraphOrder(NamedTuple):
    """What ``order_graph`` found: nodes in the order they run, operations in the order Keras lists them."""

    nodes: list[Node]
    operations: list[Any]


def node_of(tensor: KerasTensor) -> Node:
    """The node that a symbolic tensor came out of."""
    history = tensor._keras_history
    if history is None:
        raise ArgumentError(
            f"{tensor!r} was made by no layer, so it cannot be part of a model. Try: start from wubu.Input(shape=…)"
        )
    return history.operation._inbound_nodes[history.node_index]


def order_graph(inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> GraphOrder:
    """Order the graph between inputs and outputs as Keras does.

    An operation's depth is the length of the longest way from it to an output. Operations are listed from the deepest to
    the outputs, and those of equal depth in the order in which a depth-first walk from the outputs meets them.

    Raises:
        ArgumentError: when an output does not depend on the inputs alone.
    """
    finished, first_seen = _walk(inputs, outputs)
    return _by_depth(inputs, finished, first_seen)


def _walk(inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> tuple[list[Node], dict[int, int]]:
    given = {id(t) for t in inputs}
    finished: list[Node] = []
    done: set[int] = set()
    first_seen: dict[int, int] = {}
    stack: list[tuple[KerasTensor, bool]] = [(t, False) for t in reversed(outputs)]
    open_nodes: set[int] = set()
    while stack:
        tensor, leaving = stack.pop()
        node = node_of(tensor)
        if leaving:
            open_nodes.discard(id(node))
            if id(node) not in done:
                done.add(id(node))
                finished.append(node)
            continue
        if id(node) in done:
            continue
        if id(node) in open_nodes:
            raise ArgumentError(f"The graph has a cycle at {node.operation.name!r}.")
        first_seen.setdefault(id(node.operation), len(first_seen))
        is_given = any(id(t) in given for t in node.output_tensors)
        if node.is_input and not is_given:
            raise ArgumentError(
                f"The output depends on the input {node.operation.name!r}, which is not among the model's inputs. "
                "Try: add it to inputs=[…]"
            )
        open_nodes.add(id(node))
        stack.append((tensor, True))
        if not node.is_input and not is_given:
            stack.extend((t, False) for t in reversed(node.input_tensors))
    return finished, first_seen


def _by_depth(inputs: Sequence[KerasTensor], finished: list[Node], first_seen: dict[int, int]) -> GraphOrder:
    given = {id(t) for t in inputs}
    in_graph = {id(n) for n in finished}
    node_depth: dict[int, int] = {}
    operation_depth: dict[int, int] = {}
    operations: dict[int, Any] = {}
    for node in reversed(finished):
        depth = max(node_depth.setdefault(id(node), 0), operation_depth.get(id(node.operation), 0))
        operation_depth[id(node.operation)] = node_depth[id(node)] = depth
        operations[id(node.operation)] = node.operation
        if not any(id(t) in given for t in node.output_tensors):
            for parent in node.parent_nodes:
                node_depth[id(parent)] = max(depth + 1, node_depth.get(id(parent), 0))
    for tensor in inputs:
        node = node_of(tensor)
        if id(node.operation) not in operations:  # an input that no output needs
            operations[id(node.operation)] = node.operation
            operation_depth[id(node.operation)] = 0
            first_seen[id(node.operation)] = -1
        if id(node) not in in_graph:
            finished = [*finished, node]
            in_graph.add(id(node))
            node_depth.setdefault(id(node), 0)
    listed = sorted(operations.values(), key=lambda o: (-operation_depth[id(o)], first_seen[id(o)]))
    position = {id(n): i for i, n in enumerate(finished)}
    ran = sorted(finished, key=lambda n: (-node_depth[id(n)], position[id(n)]))
    return GraphOrder(ran, listed)
