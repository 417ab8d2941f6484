"""Operations of one's own as nodes of the graph, and a part of a graph as a function."""

from __future__ import annotations

from typing import Any

from wubu.core import nest
from wubu.core.names import auto_name
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.symbolic.evaluation import GraphFunction
from wubu.symbolic.function import any_symbolic
from wubu.symbolic.infer import infer
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node


class Operation:
    """A function without weights that a graph names: a subclass computes in ``call``.

    On symbolic tensors the call becomes a node; what comes out is found by ``compute_output_spec``, or by running ``call``
    without values.

    Args:
        name: default the class name in snake case, made unique.

    Example:
        >>> class Double(wubu.Operation):
        ...     def call(self, x):
        ...         return 2 * x
        >>> Double()(wubu.Input((3,))).shape
        (None, 3)
    """

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        self.name = name or auto_name(type(self).__name__)
        self._inbound_nodes: list[Node] = []
        self._arguments = dict(kwargs)
        self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass has its own."""
        raise NotImplementedError(f"Operation {type(self).__name__} has no call() method.")

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic output."""
        return infer(self.call, *args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Add a node to the graph, and return its outputs."""
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.symbolic_call(*args, **kwargs) if any_symbolic(args, kwargs) else self.call(*args, **kwargs)

    def _only_node(self) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(f"Operation {self.name!r} was never called on a symbolic tensor.")
        return self._inbound_nodes[0]

    @property
    def input(self) -> Any:
        """The symbolic input of the first call."""
        return self._only_node().args[0]

    @property
    def output(self) -> Any:
        """The symbolic output of the first call."""
        return self._only_node().outputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this operation again."""
        return {"name": self.name, **self._arguments}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make an operation from what ``get_config`` gave."""
        return cls(**config)


class Function(Operation):
    """The part of a graph between some symbolic tensors and others, as a function of values.

    Args:
        inputs: a structure of symbolic tensors.
        outputs: a structure of symbolic tensors that are computed from them.
        name: default ``function``…

    Raises:
        ArgumentError: when the outputs need an input that is not among the inputs.

    Example:
        >>> x = wubu.Input((2,))
        >>> wubu.Function(x, 3 * x)(torch.ones(1, 2))
        tensor([[3., 3.]])
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        if not any_symbolic(inputs):
            raise ArgumentError(f"Expected inputs to be symbolic tensors. Received: {inputs!r}")
        self._inputs_struct, self._outputs_struct = inputs, outputs
        self._graph = GraphFunction(nest.flatten(inputs), nest.flatten(outputs))

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs, flat."""
        return nest.flatten(self._inputs_struct)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs, flat."""
        return nest.flatten(self._outputs_struct)

    def call(self, inputs: Any) -> Any:
        """Compute the outputs for inputs of the same structure."""
        made = self._graph.run([as_tensor(x) for x in nest.flatten(inputs)])
        return nest.pack_sequence_as(self._outputs_struct, made)

    def get_config(self) -> dict[str, Any]:
        """A function is a part of a graph; a ``Model`` over it can be saved."""
        raise NotImplementedError("A Function has no config. Try: wubu.Model(inputs, outputs), which can be saved")
