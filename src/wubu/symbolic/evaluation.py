"""Running a graph of symbolic tensors between any of its tensors: what ``K.function`` and sessions do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.errors import ArgumentError
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node
from wubu.symbolic.order import node_of


class Gradients:
    """The operation whose outputs are the derivatives of a symbolic scalar.

    Args:
        name: of the operation.
    """

    def __init__(self, name: str = "gradients") -> None:
        self.name = name
        self._inbound_nodes: list[Node] = []

    def evaluate(self, target: torch.Tensor, sources: Sequence[Any]) -> list[torch.Tensor]:
        """The derivatives for the values of this run; zeros where the target does not depend on a source."""
        wanted = [s for s in sources if isinstance(s, torch.Tensor) and s.requires_grad]
        if not wanted or not target.requires_grad:
            return [torch.zeros_like(s) for s in sources]
        found = torch.autograd.grad(
            target, wanted, torch.ones_like(target), create_graph=True, retain_graph=True, allow_unused=True
        )
        by_source = {id(s): g for s, g in zip(wanted, found)}
        return [torch.zeros_like(s) if by_source.get(id(s)) is None else by_source[id(s)] for s in sources]


def gradients(target: KerasTensor, sources: Sequence[Any]) -> list[KerasTensor]:
    """Symbolic tensors for the derivatives of a symbolic target by symbolic tensors and variables.

    Args:
        target: of any shape; the derivatives are those of its sum.
        sources: what to differentiate by.
    """
    outputs = [KerasTensor(tuple(s.shape), s.dtype) for s in sources]
    Node(Gradients(), (target, list(sources)), {}, outputs)
    return outputs


class GraphFunction:
    """The part of a graph between some tensors and others, as a function of values.

    Args:
        inputs: the symbolic tensors that values are given for; any in the graph, not only those of ``Input``.
        outputs: the symbolic tensors to compute.

    Raises:
        ArgumentError: when the outputs depend on an ``Input`` that is not among the inputs.
    """

    def __init__(self, inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> None:
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.nodes = _nodes_between(self.inputs, self.outputs)
        self.differentiates = any(isinstance(node.operation, Gradients) for node in self.nodes)

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        """Compute the outputs for the inputs' values, which are tensors.

        Gradients are only kept where the graph itself differentiates.
        """
        with torch.set_grad_enabled(self.differentiates):
            if self.differentiates:
                values = [
                    v.detach().requires_grad_(True) if isinstance(v, torch.Tensor) and v.is_floating_point() else v
                    for v in values
                ]
            return self.run(values)

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The same with gradients as the caller has them."""
        known: dict[int, Any] = {id(symbol): value for symbol, value in zip(self.inputs, values, strict=True)}
        for node in self.nodes:
            self._run(node, known)
        return [known[id(t)] for t in self.outputs]

    def _run(self, node: Node, known: dict[int, Any]) -> None:
        args, kwargs = node.filled(lambda t: known[id(t)])
        operation = node.operation
        made = operation.evaluate(*args) if isinstance(operation, Gradients) else operation(*args, **kwargs)
        flat = nest.flatten(made) if nest.is_nested(made) else [made]
        for symbol, value in zip(node.output_tensors, flat, strict=True):
            known.setdefault(id(symbol), value)


def _nodes_between(inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor]) -> list[Node]:
    """The nodes to run, each after those that it needs."""
    given = {id(t) for t in inputs}
    ordered: list[Node] = []
    done: set[int] = set()
    stack: list[tuple[Node, bool]] = [(node_of(t), False) for t in reversed(outputs) if id(t) not in given]
    while stack:
        node, leaving = stack.pop()
        if id(node) in done:
            continue
        if leaving:
            done.add(id(node))
            ordered.append(node)
            continue
        if node.is_input and getattr(node.operation, "needs_value", hasattr(node.operation, "batch_shape")):
            raise ArgumentError(
                f"The result depends on {node.operation.name!r}, for which no value is given. "
                "Try: add it to the inputs (in a session, to feed_dict)"
            )
        stack.append((node, True))
        stack.extend((node_of(t), False) for t in reversed(node.input_tensors) if id(t) not in given)
    return ordered


def depends_on(outputs: Iterable[KerasTensor], wanted: Callable[[KerasTensor], bool]) -> list[KerasTensor]:
    """The symbolic tensors that the outputs depend on and that satisfy a condition, in the order they are met."""
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    stack = list(outputs)
    while stack:
        tensor = stack.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        if wanted(tensor):
            found[id(tensor)] = tensor
        stack.extend(node_of(tensor).input_tensors)
    return list(found.values())
