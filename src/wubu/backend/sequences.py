"""Going through sequences and lists of elements: ``K.rnn``, ``map_fn``, ``foldl``, ``foldr``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu.core import nest
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.layers.recurrent.loop import run_steps
from wubu.symbolic.function import any_symbolic, record

__all__ = ["foldl", "foldr", "map_fn", "rnn"]


def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Sequence[Any],
    go_backwards: bool = False,
    mask: Any = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: int | None = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, list[Any]]:
    """Run a step function over the steps of a sequence.

    Args:
        step_function: of (input at a step, states) to (output, new states); constants come after the states.
        inputs: (batch, steps, …), or a structure of such.
        initial_states: the states before the first step.
        go_backwards: whether to begin at the end.
        mask: (batch, steps): at a False step the states stay as they are.
        constants: appended to the states at each step.
        unroll, input_length: accepted; every sequence is gone through step by step.
        time_major: whether inputs and outputs are (steps, batch, …).
        zero_output_for_mask: whether outputs of masked steps are 0 rather than those before.
        return_all_outputs: whether all outputs come back, or the last alone (as the only step).

    Returns:
        The last output, all outputs, and the last states.
    """
    if any_symbolic(inputs, initial_states, mask, constants):
        return record(
            rnn, step_function, inputs, list(initial_states), go_backwards, mask, constants, unroll, input_length,
            time_major, zero_output_for_mask, return_all_outputs,
        )  # fmt: skip
    axis = 0 if time_major else 1
    flat = [as_tensor(x).unbind(axis) for x in nest.flatten(inputs)]
    steps = [nest.pack_sequence_as(inputs, list(parts)) if nest.is_nested(inputs) else parts[0] for parts in zip(*flat)]
    if mask is not None:
        mask = as_tensor(mask)
        mask = mask.transpose(0, 1) if time_major else mask
        mask = mask.squeeze(-1) if mask.dim() == 3 else mask
    if go_backwards:
        steps.reverse()
        mask = None if mask is None else mask.flip(1)

    def step(x: Any, states: Any) -> Any:
        output, after = step_function(x, [*states, *(constants or ())])
        return output, list(after)

    last, outputs, states = run_steps(
        step, steps, list(initial_states), mask, zero_output_for_mask, return_all_outputs
    )
    if outputs is None:
        outputs = last.unsqueeze(1)
    return last, outputs.transpose(0, 1) if time_major else outputs, list(states)


def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """A function of each element along the first axis, the results side by side."""
    if any_symbolic(elems):
        return record(map_fn, fn, elems, name, dtype)
    flat = [as_tensor(x).unbind(0) for x in nest.flatten(elems)]
    made = [fn(nest.pack_sequence_as(elems, list(parts)) if nest.is_nested(elems) else parts[0]) for parts in zip(*flat)]
    stacked = nest.map_structure(lambda *parts: torch.stack([as_tensor(p) for p in parts]), *made)
    return stacked if dtype is None else nest.map_structure(lambda x: x.to(torch_dtype(dtype)), stacked)


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """Combine the elements along the first axis from the first on.

    Args:
        fn: of (what was combined so far, the next element).
        elems: a tensor.
        initializer: what to begin with; default the first element.
        name: accepted.
    """
    if any_symbolic(elems, initializer):
        return record(foldl, fn, elems, initializer)
    parts = list(as_tensor(elems).unbind(0))
    total = parts.pop(0) if initializer is None else initializer
    for part in parts:
        total = fn(total, part)
    return total


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """``foldl`` from the last on."""
    if any_symbolic(elems, initializer):
        return record(foldr, fn, elems, initializer)
    return foldl(fn, as_tensor(elems).flip(0), initializer)
