"""Conditions, loops and scans as functions.

Outside a captured step these are Python's own loops, whose conditions may depend on data. Inside one, loops of a fixed
number of turns are unrolled, and a condition on data must be a ``where``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.core import nest
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.symbolic.function import op


@op
def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """``true_fn()`` if the condition holds, else ``false_fn()``."""
    if isinstance(pred, torch.Tensor) and pred.device.type == "meta":
        return true_fn()
    return true_fn() if bool(pred) else false_fn()


@op
def switch(index: Any, branches: Any, *operands: Any) -> Any:
    """The branch with a number, applied to the operands; numbers out of range mean the first or the last."""
    place = max(0, min(int(index), len(branches) - 1))
    return branches[place](*operands)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Apply ``body`` to the variables while ``cond`` of them holds.

    Args:
        cond: a function of the variables.
        body: a function of the variables that gives new ones.
        loop_vars: a tuple of variables, or a single one.
        maximum_iterations: the most turns.
    """
    several = isinstance(loop_vars, list | tuple)
    values = tuple(loop_vars) if several else (loop_vars,)
    values = nest.map_structure(as_tensor, values)
    turn = 0
    while (maximum_iterations is None or turn < maximum_iterations) and bool(cond(*values)):
        made = body(*values)
        values = tuple(made) if isinstance(made, list | tuple) else (made,)
        turn += 1
    return values if several else values[0]


def fori_loop(lower: int, upper: int, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """Apply ``body_fun(i, value)`` for i from lower to below upper."""
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """Apply a function to each slice along the first axis and stack the results."""
    leaves = nest.flatten(xs)
    results = [f(nest.map_structure(lambda t: as_tensor(t)[i], xs)) for i in range(len(leaves[0]))]  # noqa: B023
    return nest.map_structure(lambda *parts: torch.stack([as_tensor(p) for p in parts]), *results)


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """``map`` all at once, where torch can vectorise the function."""
    return torch.vmap(function)(nest.map_structure(as_tensor, elements))


def scan(
    f: Callable[..., Any], init: Any, xs: Any = None, length: int | None = None, reverse: bool = False, unroll: Any = 1
) -> Any:
    """Carry a state along the first axis: ``state, y = f(state, x)``.

    Returns:
        The last state and the stacked ys.
    """
    count = length if xs is None else len(nest.flatten(xs)[0])
    if count is None:
        raise ArgumentError("scan needs xs or a length.")
    order = range(count - 1, -1, -1) if reverse else range(count)
    state, made = init, []
    for i in order:
        x = None if xs is None else nest.map_structure(lambda t: as_tensor(t)[i], xs)  # noqa: B023
        state, y = f(state, x)
        made.append(y)
    if reverse:
        made.reverse()
    if not made or made[0] is None:
        return state, None
    return state, nest.map_structure(lambda *parts: torch.stack([as_tensor(p) for p in parts]), *made)


def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """The results of combining all elements up to each with an associative function."""
    flipped = nest.map_structure(lambda t: as_tensor(t).flip(axis) if reverse else as_tensor(t), elems)
    count = nest.flatten(flipped)[0].shape[axis]
    parts = [nest.map_structure(lambda t: t.narrow(axis, i, 1), flipped) for i in range(count)]  # noqa: B023
    made = [parts[0]]
    for part in parts[1:]:
        made.append(f(made[-1], part))
    joined = nest.map_structure(lambda *ts: torch.cat(ts, dim=axis), *made)
    return nest.map_structure(lambda t: t.flip(axis) if reverse else t, joined)
