"""Operations that do something rather than give a value: assignments, training steps, groups of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from wubu.symbolic.function import FunctionOperation
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.tensorflow.v1.current import session_for
from wubu.tensorflow.v1.graph import get_default_graph

_dependencies: list[list[Any]] = []


class Operation:
    """Something that a session does after it has computed the tensors that are needed for it.

    Args:
        symbols: the tensors that are needed.
        apply: called with their values; what it returns is what fetching the operation gives.
        name: of the operation.
        before: operations to do first.
    """

    def __init__(
        self,
        symbols: Sequence[KerasTensor],
        apply: Callable[[list[Any]], Any],
        name: str = "Operation",
        before: Sequence[Operation] = (),
    ) -> None:
        self.own_symbols, self._apply = list(symbols), apply
        self.before = [*current_dependencies(), *before]
        self.name = get_default_graph().unique_name(name)
        get_default_graph().tensors[self.name] = self

    @property
    def symbols(self) -> list[KerasTensor]:
        """The tensors that this and what comes before it need."""
        return [s for one in self.before for s in one.symbols] + self.own_symbols

    def apply(self, values: Sequence[Any]) -> Any:
        """Do it.

        Args:
            values: those of ``symbols``, in their order.
        """
        left = list(values)
        for one in self.before:
            count = len(one.symbols)
            one.apply(left[:count])
            left = left[count:]
        with torch.no_grad():
            return self._apply(left)

    @property
    def op(self) -> Operation:
        """The operation itself."""
        return self

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Do it in a session."""
        session_for(session).run(self, feed_dict)

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Do it in a session and return its value."""

        return session_for(session).run(self, feed_dict)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r}>"


def current_dependencies() -> list[Operation]:
    """The operations that what is made now has to wait for."""
    return [one for group in _dependencies for one in group if isinstance(one, Operation)]


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """What is made within this block waits for operations."""
    _dependencies.append([] if control_inputs is None else list(control_inputs))
    try:
        yield
    finally:
        _dependencies.pop()


def group(*inputs: Any, **kwargs: Any) -> Operation:
    """Several operations as one."""
    flat = [one for item in inputs for one in (item if isinstance(item, list | tuple) else [item])]
    first = [one for one in flat if isinstance(one, Operation)]
    tensors = [one for one in flat if isinstance(one, KerasTensor)]
    return Operation(tensors, lambda values: None, kwargs.get("name") or "group_deps", first)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing itself, but waits as others do."""
    return Operation([], lambda values: None, name or "NoOp")


def tuple_of(tensors: Sequence[Any], name: str | None = None, control_inputs: Any = None) -> list[Any]:
    """The tensors; each waits for ``control_inputs``."""
    with control_dependencies(control_inputs):
        return [identity(t) for t in tensors]


def identity(input: Any, name: str | None = None) -> Any:
    """The tensor itself; under ``control_dependencies`` its value after those."""
    before = current_dependencies()
    if not before:
        from wubu.tensorflow.v1.facade import facade

        return facade("identity")(input)
    symbols = [s for one in before for s in one.symbols]

    def wait(x: Any, *values: Any) -> Any:
        left = list(values)
        if not isinstance(x, torch.Tensor) or not x.is_meta:
            for one in before:
                count = len(one.symbols)
                one.apply(left[:count])
                left = left[count:]
        return x.clone()

    if not isinstance(input, KerasTensor) and not symbols:
        from wubu.tensorflow.v1.symbols import deferred

        return deferred(wait, input)
    return FunctionOperation(wait, "identity")(input, *symbols)
