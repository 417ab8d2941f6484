"""``K.function``, ``K.gradients`` and updates: graphs of symbolic tensors as functions of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.backend.phases import LearningPhase
from wubu.backend.variables import get_value
from wubu.core import nest
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers import call_context
from wubu.symbolic.evaluation import GraphFunction
from wubu.symbolic.evaluation import gradients as symbolic_gradients
from wubu.symbolic.function import op
from wubu.symbolic.keras_tensor import KerasTensor

__all__ = [
    "Function",
    "eval",
    "function",
    "gradients",
    "moving_average_update",
    "stop_gradient",
    "update",
    "update_add",
    "update_sub",
]


class _Owner:
    """What a call context wants of an outermost layer: a place for the layers that have losses."""

    def __init__(self) -> None:
        self._loss_carriers: list[Any] = []


class Function:
    """A graph as a function from arrays to arrays.

    Args:
        inputs: symbolic tensors; ``K.learning_phase()`` among them says whether a call is training.
        outputs: symbolic tensors, or tensors and variables, whose values are read at each call.
        updates: pairs of variable and symbolic value: at each call the variable gets the value, after the outputs are
            computed; or what ``optimizer.get_updates`` gave.
    """

    def __init__(self, inputs: Sequence[Any], outputs: Any, updates: Any = None, name: str | None = None) -> None:
        self.inputs = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        self.outputs = outputs
        self.name = name
        self._updates = [u for u in (updates or ()) if u is not None]
        flat = nest.flatten(outputs)
        self._flat = flat
        self._fed = [t for t in self.inputs if isinstance(t, KerasTensor)]
        unknown = [t for t in self.inputs if not isinstance(t, KerasTensor | LearningPhase)]
        if unknown:
            raise ArgumentError(
                f"Expected the inputs of K.function to be symbolic tensors, such as model.input. Received: {unknown[0]!r}"
            )
        wanted = [t for t in flat if isinstance(t, KerasTensor)]
        for one in self._updates:
            wanted += _symbols_of(one)
        self._graph = GraphFunction(self._fed, wanted)

    def __call__(self, inputs: Any = (), *more: Any) -> Any:
        """Compute the outputs for arrays.

        Args:
            inputs: a list of arrays in the order of the function's inputs.

        Returns:
            Arrays in the structure of the outputs.
        """
        given = [inputs, *more] if more or not isinstance(inputs, list | tuple) else list(inputs)
        if len(given) != len(self.inputs):
            raise ArgumentError(f"Expected {len(self.inputs)} values for this function's inputs. Received: {len(given)}")
        training: bool | None = False
        values = []
        for symbol, value in zip(self.inputs, given):
            if not isinstance(symbol, KerasTensor):
                training = bool(value)
            else:
                values.append(as_tensor(value, symbol.dtype))
        before = call_context.swap(call_context.CallContext(_Owner(), training))
        try:
            found = self._graph(values)
        finally:
            call_context.swap(before)
        known = {id(s): v for s, v in zip(self._graph.outputs, found)}
        made = [_array(known[id(t)] if isinstance(t, KerasTensor) else t) for t in self._flat]
        for one in self._updates:
            _apply(one, known)
        return nest.pack_sequence_as(self.outputs, made) if nest.is_nested(self.outputs) else made[0]


def function(inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any) -> Function:
    """Return a function from arrays to arrays; see ``Function``.

    Example:
        >>> from wubu.layers import Input
        >>> x = Input((2,))
        >>> function([x], [x * 2])([[[1.0, 2.0]]])
        [array([[2., 4.]], dtype=float32)]
    """
    return Function(inputs, outputs, updates, name)


def eval(x: Any) -> Any:
    """The value of a tensor, also of a symbolic one that depends on variables alone."""
    return function([], [x])([])[0] if isinstance(x, KerasTensor) else get_value(x)


def gradients(loss: Any, variables: Any) -> list[Any]:
    """The derivatives of a loss by variables or tensors.

    Args:
        loss: a symbolic tensor, for ``K.function``; or a tensor that was computed.
        variables: symbolic tensors, variables; or tensors.
    """
    several = isinstance(variables, list | tuple)
    sources = list(variables) if several else [variables]
    if isinstance(loss, KerasTensor):
        return list(symbolic_gradients(loss, sources))
    return list(torch.autograd.grad(loss, sources, torch.ones_like(loss), create_graph=True, allow_unused=True))


def stop_gradient(variables: Any) -> Any:
    """Tensors through which no gradient flows."""
    from wubu import ops

    return nest.map_structure(ops.stop_gradient, variables)


# --- updates ------------------------------------------------------------------------------------------------------


def update(x: Any, new_x: Any) -> Any:
    """Give a variable a value: at once, or, for a symbolic value, when a ``K.function`` has this among its updates."""
    return (x, new_x) if isinstance(new_x, KerasTensor) else x.assign(new_x)


def update_add(x: Any, increment: Any) -> Any:
    """Add to a variable; see ``update``."""
    return (x, x + increment) if isinstance(increment, KerasTensor) else x.assign_add(increment)


def update_sub(x: Any, decrement: Any) -> Any:
    """Subtract from a variable; see ``update``."""
    return (x, x - decrement) if isinstance(decrement, KerasTensor) else x.assign_sub(decrement)


def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """Move a variable towards a value: ``x * momentum + value * (1 - momentum)``; see ``update``."""
    return update(x, _average(x, value, momentum))


@op
def _average(x: Any, value: Any, momentum: float) -> torch.Tensor:
    # The variable goes into the graph as it is, so that each run reads its value of then.
    return x * momentum + value * (1.0 - momentum)


def _symbols_of(one: Any) -> list[KerasTensor]:
    if isinstance(one, tuple):
        return [t for t in one if isinstance(t, KerasTensor)]
    return list(one.symbols)


def _apply(one: Any, known: dict[int, Any]) -> None:
    if isinstance(one, tuple):
        variable, value = one
        variable.assign(known[id(value)].detach() if isinstance(value, KerasTensor) else value)
    else:
        one.apply([known[id(t)] for t in one.symbols])


def _array(value: Any) -> Any:
    return get_value(value.detach()) if isinstance(value, torch.Tensor) else value
