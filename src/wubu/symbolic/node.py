"""One call of an operation on symbolic tensors: what went in, what came out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wubu.core import nest
from wubu.symbolic.keras_tensor import KerasTensor


class KerasHistory(NamedTuple):
    """Where a symbolic tensor comes from: the operation, its which-th call, the which-th output of that call."""

    operation: Any
    node_index: int
    tensor_index: int


class Node:
    """An edge bundle of the graph: an operation (a layer or a function) was called once.

    Args:
        operation: has a ``name`` and a list ``_inbound_nodes``, to which this node is added.
        args: the positional arguments of the call, with KerasTensors in them.
        kwargs: its keyword arguments.
        outputs: the structure of KerasTensors that came out; their history is set here.
    """

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation, self.args, self.kwargs, self.outputs = operation, args, kwargs, outputs
        self.input_tensors = [t for t in nest.flatten([args, kwargs]) if isinstance(t, KerasTensor)]
        self.output_tensors = [t for t in nest.flatten(outputs) if isinstance(t, KerasTensor)]
        self.index = len(operation._inbound_nodes)
        operation._inbound_nodes.append(self)
        for i, tensor in enumerate(self.output_tensors):
            tensor._keras_history = KerasHistory(operation, self.index, i)

    @property
    def is_input(self) -> bool:
        """Whether nothing went in: the node of an InputLayer."""
        return not self.input_tensors

    @property
    def parent_nodes(self) -> list[Node]:
        """The nodes whose outputs went in."""
        return [t._keras_history.operation._inbound_nodes[t._keras_history.node_index] for t in self.input_tensors]

    def filled(self, value_of: Callable[[KerasTensor], Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of the call with every KerasTensor replaced."""

        def swap(leaf: Any) -> Any:
            return value_of(leaf) if isinstance(leaf, KerasTensor) else leaf

        return nest.map_structure(swap, self.args), nest.map_structure(swap, self.kwargs)

    def __repr__(self) -> str:
        return f"<Node {self.index} of {self.operation.name}>"
