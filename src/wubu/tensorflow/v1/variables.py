"""Variables of a graph: they have a value once their initializer has run."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core.dtypes import torch_dtype
from wubu.core.variable import Variable as CoreVariable
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node
from wubu.tensorflow.errors import FailedPreconditionError
from wubu.tensorflow.v1 import graph as graphs
from wubu.tensorflow.v1.facade import facade
from wubu.tensorflow.v1.graph import building, get_default_graph
from wubu.tensorflow.v1.operations import Operation
from wubu.tensorflow.v1.symbols import type_name

__all__ = [
    "GraphVariable",
    "Variable",
    "assign",
    "assign_add",
    "assign_sub",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_variables",
    "initialize_variables",
    "is_variable_initialized",
    "local_variables",
    "local_variables_initializer",
    "report_uninitialized_variables",
    "tables_initializer",
    "trainable_variables",
    "variables_initializer",
]


class ReadVariable:
    """The operation whose output is a variable's value now.

    Args:
        owner: the variable.
    """

    def __init__(self, owner: GraphVariable) -> None:
        self.owner = owner
        self.name = "read_variable"
        self._inbound_nodes: list[Node] = []

    def __call__(self) -> torch.Tensor:
        if not self.owner.is_initialized:
            raise FailedPreconditionError(
                None, None, f"Attempting to use uninitialized value {self.owner.op_name}. "
                "Try: sess.run(tf.global_variables_initializer())"
            )  # fmt: skip
        return self.owner.storage


class GraphVariable(KerasTensor):
    """A variable of a graph.

    Args:
        initial_value: a tensor, an array, a number; a symbolic tensor, which is computed when the initializer runs; or
            a function without arguments.
        trainable: whether optimizers change it.
        name: default ``Variable``.
        dtype: default the value's own.
        collections: the collections it is put into beside that of trainable variables.

    Attributes:
        storage: the weight itself.
        initializer: the operation that gives it its first value.
    """

    initial_value: Any

    def __init__(
        self,
        initial_value: Any,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        collections: Any = None,
        constraint: Any = None,
    ) -> None:
        if callable(initial_value) and not isinstance(initial_value, torch.Tensor | KerasTensor):
            initial_value = initial_value()
        if isinstance(initial_value, GraphVariable):
            initial_value = initial_value.initial_value
        if not isinstance(initial_value, KerasTensor):
            initial_value = _as_tensor(initial_value, dtype)
        kind = type_name(dtype if dtype is not None else initial_value.dtype)
        super().__init__(tuple(initial_value.shape), kind)
        self.op_name = get_default_graph().unique_name(name or "Variable")
        self.name = f"{self.op_name}:0"
        get_default_graph().tensors[self.op_name] = self
        self.initial_value = initial_value
        zeros = torch.zeros([int(d or 0) for d in self.shape], dtype=torch_dtype(kind))
        self.storage = CoreVariable(zeros, trainable=trainable, name=self.op_name)
        self.storage.constraint = constraint
        self.is_initialized = False
        self.trainable = bool(trainable)
        Node(ReadVariable(self), (), {}, self)
        symbolic = isinstance(initial_value, KerasTensor)
        self.initializer = Operation(
            [initial_value] if symbolic else [],
            lambda values: self._initialize(values[0] if symbolic else initial_value),
            f"{self.op_name}/Assign",
        )
        for key in collections or [graphs.GLOBAL_VARIABLES]:
            get_default_graph().add_to_collection(key, self)
        if trainable:
            get_default_graph().add_to_collection(graphs.TRAINABLE_VARIABLES, self)

    def _initialize(self, value: Any) -> None:
        self.storage.assign(value.detach())
        self.is_initialized = True

    def initialized_value(self) -> Any:
        """The first value, for the initializers of other variables."""
        return self.initial_value

    def read_value(self) -> KerasTensor:
        """The value now."""
        return self

    value = read_value

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Operation:
        """An operation that gives the variable a value; fetching it gives the value."""
        return self._changed(value, self._initialize, "Assign")

    def assign_add(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Operation:
        """An operation that adds to the variable."""
        return self._changed(delta, self.storage.assign_add, "AssignAdd")

    def assign_sub(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Operation:
        """An operation that subtracts from the variable."""
        return self._changed(delta, self.storage.assign_sub, "AssignSub")

    def _changed(self, value: Any, change: Any, name: str) -> Operation:
        symbolic = isinstance(value, KerasTensor)
        fixed: Any = None if symbolic else _as_tensor(value, self.dtype)

        def apply(values: list[Any]) -> torch.Tensor:
            new = values[0].detach() if symbolic else fixed
            # The value may be the variable itself, or a view of it.
            change(new.clone().to(self.storage.dtype))
            return self.storage

        return Operation([value] if symbolic else [], apply, name)

    def load(self, value: Any, session: Any = None) -> None:
        """Give the variable a value at once."""
        self._initialize(_as_tensor(value, self.dtype))

    def numpy(self) -> np.ndarray:
        """The value now."""
        return self.storage.numpy()

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={tuple(self.shape)} dtype={self.dtype}_ref>"


def _as_tensor(value: Any, dtype: Any = None) -> torch.Tensor:
    """Any value as a plain tensor by TensorFlow's rules."""
    from wubu.tensorflow.conversion import convert
    from wubu.tensorflow.tensor import stripped

    made = stripped(convert(value))
    return made if dtype is None else made.to(torch_dtype(type_name(dtype)))


def Variable(
    initial_value: Any = None,
    trainable: Any = None,
    collections: Any = None,
    validate_shape: bool = True,
    caching_device: Any = None,
    name: str | None = None,
    variable_def: Any = None,
    dtype: Any = None,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """A variable: of the graph while one is built, else one that has its value at once."""
    if not building():
        return facade("Variable")(initial_value, trainable=trainable, name=name, dtype=dtype, **kwargs)
    trained = trainable is None or bool(trainable)
    return GraphVariable(initial_value, trained, name, dtype, collections, kwargs.get("constraint"))


# --- all of them --------------------------------------------------------------------------------------------------


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables of the graph."""
    return get_default_graph().get_collection(graphs.GLOBAL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """The variables that optimizers change."""
    return get_default_graph().get_collection(graphs.TRAINABLE_VARIABLES, scope)


def local_variables(scope: str | None = None) -> list[Any]:
    """The variables that keep a metric's counts."""
    return get_default_graph().get_collection(graphs.LOCAL_VARIABLES, scope)


def variables_initializer(var_list: Any, name: str = "init") -> Operation:
    """The operation that gives variables their first values, in the order they were made."""
    made = Operation([], lambda values: None, name)
    made.before = [v.initializer for v in var_list if isinstance(v, GraphVariable)]
    return made


class _AllInitializers(Operation):
    """Initializes the variables that the graph has when it is run: old programs make this one early."""

    def __init__(self, key: str, name: str) -> None:
        self._graph, self._key = get_default_graph(), key
        super().__init__([], lambda values: None, name)

    @property
    def before(self) -> list[Operation]:  # type: ignore[override]
        return [v.initializer for v in self._graph.get_collection(self._key) if isinstance(v, GraphVariable)]

    @before.setter
    def before(self, value: Any) -> None:
        pass


def global_variables_initializer() -> Operation:
    """The operation that gives all variables of the graph their first values."""
    return _AllInitializers(graphs.GLOBAL_VARIABLES, "init")


def local_variables_initializer() -> Operation:
    """The operation that sets the counts of metrics back."""
    return _AllInitializers(graphs.LOCAL_VARIABLES, "init_local")


initialize_all_variables = global_variables_initializer
initialize_variables = variables_initializer


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """Accepted: there are no tables."""
    return Operation([], lambda values: None, name)


def is_variable_initialized(variable: Any) -> Any:
    """Whether a variable has a value, as a symbolic tensor."""
    from wubu.tensorflow.v1.symbols import deferred

    return deferred(lambda: torch.tensor(getattr(variable, "is_initialized", True)))


def report_uninitialized_variables(var_list: Any = None, name: str | None = None) -> list[str]:
    """The names of the variables that have no value yet."""
    found = global_variables() if var_list is None else var_list
    return [v.op_name for v in found if isinstance(v, GraphVariable) and not v.is_initialized]


def assign(ref: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Give a variable a value: an operation of the graph, or at once."""
    return ref.assign(value)


def assign_add(ref: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Add to a variable: an operation of the graph, or at once."""
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Subtract from a variable: an operation of the graph, or at once."""
    return ref.assign_sub(value)
