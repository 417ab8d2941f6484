"""Functions as nodes of the graph: what ``wubu.ops``, torch functions and operators leave behind on KerasTensors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from wubu.core import nest
from wubu.core.device import device_scope
from wubu.core.names import auto_name
from wubu.symbolic.infer import infer
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node

F = TypeVar("F", bound=Callable[..., Any])


class FunctionOperation:
    """A function that was applied to symbolic tensors; it stands in a functional model's graph beside layers.

    Args:
        function: what to call with real tensors later.
        name: default the function's own name, made unique.
        arguments: keyword arguments that every call gets, as a saved graph may keep them apart.
    """

    def __init__(
        self, function: Callable[..., Any], name: str | None = None, arguments: dict[str, Any] | None = None
    ) -> None:
        self.function = function
        self.arguments = arguments or {}
        self.name = name or auto_name(getattr(function, "__name__", "operation").strip("_"))
        self._inbound_nodes: list[Node] = []
        self.built = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.arguments:
            kwargs = {**self.arguments, **kwargs}
        if any_symbolic(args, kwargs):
            with device_scope("meta"):  # arrays and numbers among the arguments join the stand-ins there
                outputs = infer(self.function, *args, **kwargs)
            Node(self, args, kwargs, outputs)
            return outputs
        return self.function(*args, **kwargs)


def any_symbolic(*structures: Any) -> bool:
    """Whether a KerasTensor is among the leaves."""
    return any(isinstance(leaf, KerasTensor) for s in structures for leaf in nest.flatten(s))


def record(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Apply a function to symbolic tensors: infer what it gives and add a node."""
    return FunctionOperation(function)(*args, **kwargs)


def op(function: F) -> F:
    """Decorate a function of real tensors so that it also accepts symbolic ones, and then adds a node."""

    @wraps(function)
    def either(*args: Any, **kwargs: Any) -> Any:
        if any_symbolic(args, kwargs):
            return record(either, *args, **kwargs)
        return function(*args, **kwargs)

    return either  # type: ignore[return-value]


KerasTensor._record = staticmethod(record)
