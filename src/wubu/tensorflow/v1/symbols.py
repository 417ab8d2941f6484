"""Symbolic tensors as TensorFlow 1 has them: made by any function, evaluated in a session."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from wubu.core import nest
from wubu.core.device import device_scope
from wubu.symbolic.function import FunctionOperation, any_symbolic
from wubu.symbolic.infer import infer
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node
from wubu.tensorflow.v1.current import session_for
from wubu.tensorflow.v1.graph import building, get_default_graph, named

F = TypeVar("F", bound=Callable[..., Any])


def deferred(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Add a call to the graph, even one without symbolic arguments: it runs anew in each run of a session."""
    if any_symbolic(args, kwargs):
        return FunctionOperation(function)(*args, **kwargs)
    with device_scope("meta"):
        outputs = infer(function, *args, **kwargs)
    Node(FunctionOperation(function), args, kwargs, outputs)
    return outputs


def in_graph(function: F) -> F:
    """Decorate a function so that it adds to the graph while one is built, and computes at once otherwise.

    ``name=`` names the result.
    """

    @wraps(function)
    def either(*args: Any, **kwargs: Any) -> Any:
        name = kwargs.pop("name", None)
        if building() or any_symbolic(args, kwargs):
            return named(deferred(function, *args, **kwargs), name or function.__name__.capitalize())
        return function(*args, **kwargs)

    return either  # type: ignore[return-value]


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> KerasTensor:
    """A symbolic tensor whose value ``feed_dict`` gives.

    Args:
        dtype: its type.
        shape: its shape, None for unknown sizes; None alone for a shape that is not known at all, which stands for a
            single number here until a function needs to know more.
        name: default ``Placeholder``.
    """
    made = KerasTensor(_sizes(shape), type_name(dtype))
    operation = Placeholder()
    operation.any_shape = shape is None
    Node(operation, (), {}, made)
    return named(made, name or "Placeholder")


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> KerasTensor:
    """A placeholder that has a value when ``feed_dict`` gives none."""
    from wubu.core.tensors import as_tensor

    value = input if isinstance(input, KerasTensor) else as_tensor(input)
    made = KerasTensor(_sizes(shape), type_name(value.dtype))
    Node(Default(), (value,), {}, made)
    return named(made, name or "PlaceholderWithDefault")


class Placeholder:
    """The operation behind a placeholder; it cannot run."""

    needs_value = True
    any_shape = False

    def __init__(self) -> None:
        self.name = "placeholder"
        self._inbound_nodes: list[Node] = []


class Default:
    """The operation behind a placeholder with a default value."""

    def __init__(self) -> None:
        self.name = "placeholder_with_default"
        self._inbound_nodes: list[Node] = []

    def __call__(self, value: Any) -> Any:
        return value


def type_name(dtype: Any) -> str:
    """The name of a type of any library's."""
    from wubu.core.dtypes import standardize_dtype

    return standardize_dtype(getattr(dtype, "name", dtype))


def _sizes(shape: Any) -> tuple[int | None, ...]:
    if shape is None:
        return ()
    if isinstance(shape, int):
        return (shape,)
    return tuple(None if d is None or int(d) < 0 else int(d) for d in shape)


# --- methods of tensors -------------------------------------------------------------------------------------------


def _evaluate(self: KerasTensor, feed_dict: Any = None, session: Any = None) -> Any:
    """The value in a session."""

    return session_for(session).run(self, feed_dict)


class TensorOperation:
    """``tensor.op``: what made a tensor.

    Args:
        tensor: the tensor.
    """

    def __init__(self, tensor: KerasTensor) -> None:
        self._tensor = tensor
        self.outputs = [tensor]

    @property
    def name(self) -> str:
        """The tensor's name without the number of the output."""
        return self._tensor.name.partition(":")[0]

    @property
    def type(self) -> str:
        """What kind of operation it is."""
        history = self._tensor._keras_history
        return "Placeholder" if history is None else type(history.operation).__name__

    @property
    def inputs(self) -> list[KerasTensor]:
        """What went in."""
        history = self._tensor._keras_history
        return history.operation._inbound_nodes[history.node_index].input_tensors

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Run it in a session."""
        _evaluate(self._tensor, feed_dict, session)


def _set_shape(self: KerasTensor, shape: Any) -> None:
    """Say what is known of the shape."""
    from wubu.symbolic.shape import SymbolicShape

    self.shape = SymbolicShape(_sizes(shape))


_METHODS: dict[str, Any] = {
    "device": "",
    "eval": _evaluate,
    "graph": property(lambda self: get_default_graph()),
    "op": property(TensorOperation),
    "set_shape": _set_shape,
}


def give_methods() -> None:
    """Let symbolic tensors answer as TensorFlow 1's do; done when the room is loaded."""
    for name, method in _METHODS.items():
        setattr(KerasTensor, name, method)


def symbols_in(structure: Any) -> list[KerasTensor]:
    """The symbolic tensors among the leaves."""
    return [leaf for leaf in nest.flatten(structure) if isinstance(leaf, KerasTensor)]


give_methods()
