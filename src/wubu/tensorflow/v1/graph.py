"""The graph of TensorFlow 1: whether one is being built, what is in it, and the names of what is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wubu.symbolic.keras_tensor import KerasTensor

# Keys of collections, as tf.GraphKeys has them.
GLOBAL_VARIABLES = "variables"
LOCAL_VARIABLES = "local_variables"
LOSSES = "losses"
REGULARIZATION_LOSSES = "regularization_losses"
SUMMARIES = "summaries"
TRAINABLE_VARIABLES = "trainable_variables"
UPDATE_OPS = "update_ops"


class GraphKeys:
    """The names of the collections that TensorFlow itself uses."""

    GLOBAL_STEP = "global_step"
    GLOBAL_VARIABLES = GLOBAL_VARIABLES
    LOCAL_VARIABLES = LOCAL_VARIABLES
    LOSSES = LOSSES
    REGULARIZATION_LOSSES = REGULARIZATION_LOSSES
    SUMMARIES = SUMMARIES
    TRAINABLE_VARIABLES = TRAINABLE_VARIABLES
    UPDATE_OPS = UPDATE_OPS
    VARIABLES = GLOBAL_VARIABLES


class Graph:
    """What belongs together: variables, names, collections.

    Symbolic tensors know themselves where they come from, so a graph holds no list of them.
    """

    def __init__(self) -> None:
        self.collections: dict[str, list[Any]] = {}
        self.tensors: dict[str, Any] = {}
        self.uses: dict[str, int] = {}
        self.scopes: list[str] = []
        self.variables: dict[str, Any] = {}
        self.layers: dict[str, Any] = {}
        self.seed: int | None = None
        self.finalized = False

    @contextmanager
    def as_default(self) -> Iterator[Graph]:
        """Within this block what is made belongs to this graph."""
        _stack.append(self)
        try:
            yield self
        finally:
            _stack.remove(self)

    def unique_name(self, name: str) -> str:
        """A name that nothing in the graph has yet, within the scopes under way."""
        full = "/".join([*self.scopes, name])
        count = self.uses.get(full, 0)
        self.uses[full] = count + 1
        return f"{full}_{count}" if count else full

    def add_to_collection(self, name: str, value: Any) -> None:
        """Put something into a collection."""
        self.collections.setdefault(name, []).append(value)

    def get_collection(self, name: str, scope: str | None = None) -> list[Any]:
        """What is in a collection, or the part of it whose names begin with a scope."""
        found = self.collections.get(name, [])
        return [v for v in found if scope is None or str(getattr(v, "name", "")).startswith(scope)]

    def get_collection_ref(self, name: str) -> list[Any]:
        """The collection itself."""
        return self.collections.setdefault(name, [])

    def get_tensor_by_name(self, name: str) -> Any:
        """The tensor of a name such as ``"x:0"``."""
        plain = name.partition(":")[0]
        if plain not in self.tensors:
            raise KeyError(f"The name {name!r} refers to a Tensor which does not exist.")
        return self.tensors[plain]

    get_operation_by_name = as_graph_element = get_tensor_by_name

    def get_operations(self) -> list[Any]:
        """Everything that has a name."""
        return list(self.tensors.values())

    def as_graph_def(self, *args: Any, **kwargs: Any) -> None:
        """There is no form of a graph for files here; writers of summaries accept None."""

    def finalize(self) -> None:
        """Say that nothing is to be added any more."""
        self.finalized = True

    @contextmanager
    def device(self, name: Any) -> Iterator[None]:
        """Accepted."""
        yield


_stack = [Graph()]
_mode = {"graph": False}


def get_default_graph() -> Graph:
    """The graph that what is made belongs to."""
    return _stack[-1]


def reset_default_graph() -> None:
    """Begin with an empty graph."""
    _stack[-1] = Graph()


def building() -> bool:
    """Whether calls add to a graph, rather than compute at once."""
    return _mode["graph"] or len(_stack) > 1


def build_graphs(on: bool = True) -> None:
    """Say whether calls add to a graph from now on."""
    _mode["graph"] = on


def executing_eagerly() -> bool:
    """Whether calls compute at once."""
    return not building()


def disable_eager_execution(*args: Any, **kwargs: Any) -> None:
    """Build graphs from now on."""
    build_graphs(True)


def enable_eager_execution(*args: Any, **kwargs: Any) -> None:
    """Compute at once from now on, as TensorFlow 2 does by itself."""
    build_graphs(False)


def add_to_collection(name: str, value: Any) -> None:
    """Put something into a collection of the default graph."""
    get_default_graph().add_to_collection(name, value)


def get_collection(key: str, scope: str | None = None) -> list[Any]:
    """What is in a collection of the default graph."""
    return get_default_graph().get_collection(key, scope)


def get_collection_ref(key: str) -> list[Any]:
    """A collection of the default graph itself."""
    return get_default_graph().get_collection_ref(key)


@contextmanager
def name_scope(name: Any = None, default_name: str | None = None, values: Any = None) -> Iterator[str]:
    """Within this block names begin with ``name/``."""
    label = name or default_name
    graph = get_default_graph()
    if not label:
        yield ""
        return
    label = str(label).rstrip("/")
    graph.scopes.append(label)
    try:
        yield "/".join(graph.scopes) + "/"
    finally:
        graph.scopes.pop()


op_scope = name_scope


def named(tensor: Any, name: str | None) -> Any:
    """Let a symbolic tensor be found by a name."""
    if isinstance(tensor, KerasTensor) and name:
        label = get_default_graph().unique_name(name)
        tensor.name = f"{label}:0"
        get_default_graph().tensors[label] = tensor
    return tensor
