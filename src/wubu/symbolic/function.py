"""Functions as nodes of the graph: what ``wubu.ops``, torch functions and operators leave behind on KerasTensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from wubu.core import nest
from wubu.core.device import device_scope
from wubu.core.names import auto_name
from wubu.errors import ShapeError, WubuError
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
        called: the names of the arguments that come by position, where their order is not the function's.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        name: str | None = None,
        arguments: dict[str, Any] | None = None,
        called: Sequence[str] = (),
    ) -> None:
        self.function = function
        self.arguments = arguments or {}
        self._called = tuple(called)
        self._leading = leading_names(function) if self.arguments else []
        self.name = name or auto_name(getattr(function, "__name__", "operation").strip("_"))
        self._inbound_nodes: list[Node] = []
        self.built = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.arguments:
            kwargs = {**self.arguments, **kwargs}
        if any_symbolic(args, kwargs):
            with device_scope("meta"):  # arrays and numbers among the arguments join the stand-ins there
                outputs = self._inferred(args, kwargs)
            Node(self, args, kwargs, outputs)
            return outputs
        return self._applied(*args, **kwargs)

    def _inferred(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return infer(self._applied, *args, **kwargs)
        except (RuntimeError, IndexError) as error:
            if isinstance(error, NotImplementedError | WubuError):
                raise
            # torch's message tells of the sizes that stood in for unknown ones.
            shapes = [t.shape for t in nest.flatten([args, kwargs]) if isinstance(t, KerasTensor)]
            name = getattr(self.function, "__name__", self.name)
            raise ShapeError(f"{name} does not work on symbolic tensors of shapes {shapes}: {error}") from error

    def in_order(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call as the function takes them: what stands before ``*args`` cannot come by name."""
        if self._called:
            args, kwargs = (), {**kwargs, **dict(zip(self._called, args))}
        leading = [name for name in self._leading if name in kwargs]
        if not leading:
            return args, kwargs
        return (*(kwargs[name] for name in leading), *args), {k: v for k, v in kwargs.items() if k not in leading}

    def _applied(self, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self.in_order(args, kwargs)
        return self.function(*args, **kwargs)


def leading_names(function: Callable[..., Any]) -> list[str]:
    """The names of a function's arguments before its ``*args``; none where it has no ``*args``."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # functions written in C
        return []
    for i, parameter in enumerate(parameters):
        if parameter.kind is parameter.VAR_POSITIONAL:
            return [p.name for p in parameters[:i]]
    return []


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
