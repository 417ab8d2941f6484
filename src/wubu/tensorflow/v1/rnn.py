"""``dynamic_rnn`` and its kin: a cell, step by step over a sequence."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import nest
from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op
from wubu.tensorflow.v1.facade import facade


@op
def _zeros(inputs: Any, size: int) -> torch.Tensor:
    """Zeros for the first state: (batch, size)."""
    x = as_tensor(inputs)
    return torch.zeros((x.shape[0], size), dtype=x.dtype, device=x.device)


@op
def _kept(new: Any, old: Any, lengths: Any, step: int) -> torch.Tensor:
    """The new value for the samples that have not ended, the old one for the others."""
    new, old = as_tensor(new), as_tensor(old)
    going_on = (as_tensor(lengths) > step).reshape(-1, *(1,) * (new.dim() - 1))
    return torch.where(going_on, new, old)


def _first_state(cell: Any, inputs: Any) -> Any:
    return nest.map_structure(lambda size: _zeros(inputs, size), cell.state_size)


def static_rnn(
    cell: Any,
    inputs: Any,
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Run a cell over a list of steps.

    Args:
        cell: of ``rnn_cell``.
        inputs: a list of (batch, features), one for each step.
        initial_state: default zeros.
        dtype: accepted.
        sequence_length: (batch,), how many steps each sample has.
        scope: accepted.

    Returns:
        The outputs of all steps, and the last state.
    """
    state = _first_state(cell, inputs[0]) if initial_state is None else initial_state
    outputs = []
    for step, x in enumerate(inputs):
        output, after = cell(x, state)
        if sequence_length is not None:
            output = _kept(output, _zeros(x, cell.output_size), sequence_length, step)
            flat = [_kept(n, o, sequence_length, step) for n, o in zip(nest.flatten(after), nest.flatten(state))]
            after = nest.pack_sequence_as(state, flat)
        state = after
        outputs.append(output)
    return outputs, state


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: Any = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Run a cell over a sequence whose number of steps is known.

    Args:
        cell: of ``rnn_cell``.
        inputs: (batch, steps, features); (steps, batch, features) with ``time_major``.
        sequence_length: (batch,), how many steps each sample has.
        initial_state: default zeros.
        dtype, parallel_iterations, swap_memory, scope: accepted.
        time_major: which axis comes first.

    Returns:
        The outputs, (batch, steps, size), and the last state.
    """
    axis = 0 if time_major else 1
    steps = inputs.shape[axis]
    if steps is None:
        raise ValueError("Expected a sequence whose number of steps is known. Try: a placeholder with that size")
    parts = facade("unstack")(inputs, num=int(steps), axis=axis)
    outputs, state = static_rnn(cell, parts, initial_state, dtype, sequence_length)
    return facade("stack")(outputs, axis=axis), state


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: Any = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """One cell over a sequence from the front and one from the back; see ``dynamic_rnn``.

    Returns:
        Both outputs, in the order of the sequence, and both last states.
    """
    axis = 0 if time_major else 1
    forward = dynamic_rnn(cell_fw, inputs, sequence_length, initial_state_fw, time_major=time_major)
    turned = facade("reverse")(inputs, [axis])
    outputs, state = dynamic_rnn(cell_bw, turned, None, initial_state_bw, time_major=time_major)
    return (forward[0], facade("reverse")(outputs, [axis])), (forward[1], state)
