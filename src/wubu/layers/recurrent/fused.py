"""torch's own recurrent kernels: a whole sequence in one operation, on a CPU (oneDNN) as on a GPU (cuDNN).

They know nothing of masks. A masked sequence is packed first: the steps that count move to the front, which leaves the
outputs of those steps as they were; afterwards every step takes the output of the last step that counted.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch

from wubu import activations
from wubu.layers.recurrent.cell import RecurrentCell
from wubu.layers.recurrent.gru_cell import GRUCell
from wubu.layers.recurrent.lstm_cell import LSTMCell
from wubu.layers.recurrent.simple_rnn_cell import SimpleRNNCell

States = list[torch.Tensor]


def is_possible(cell: Any, mask: torch.Tensor | None, states_wanted: bool) -> bool:
    """Whether torch's kernel computes what a cell does.

    Args:
        cell: the cell.
        mask: the mask of the sequence, or None.
        states_wanted: whether the states after the last step are needed. With a mask, an LSTM's are not known.
    """
    if cell.recurrent_dropout or cell.dropout_mask_count:
        return False
    if type(cell) is SimpleRNNCell:
        return cell.activation in _SIMPLE
    if type(cell) not in (LSTMCell, GRUCell):
        return False
    if cell.activation is not activations.tanh or cell.recurrent_activation is not activations.sigmoid:
        return False
    return cell.reset_after if isinstance(cell, GRUCell) else not (mask is not None and states_wanted)


def run_fused(
    cell: RecurrentCell,
    x: torch.Tensor,
    states: States,
    mask: torch.Tensor | None,
    training: bool,
    zero_output_for_mask: bool,
) -> tuple[torch.Tensor, torch.Tensor, States]:
    """Run a cell over a sequence.

    Args:
        cell: a cell for which ``is_possible`` is true.
        x: of shape (batch, steps, features), in the order to go through it.
        states: the states before the first step.
        mask: of shape (batch, steps) or None.
        training: whether dropout acts.
        zero_output_for_mask: whether outputs of masked steps are 0.

    Returns:
        The last output, all outputs of shape (batch, steps, units), and the states after the last step.
    """
    dropped = cell._input_masks(x[:, 0], training)
    if dropped is not None:
        x = x * dropped[0].unsqueeze(1)
    if mask is None:
        outputs, after = _kernel(cell, x, states)
        return outputs[:, -1], outputs, after
    mask = mask.bool()
    # A stable sort of False before True, of "does not count": those that count come first, in their order.
    order = torch.argsort(~mask, dim=1, stable=True)
    packed = x.gather(1, order.unsqueeze(-1).expand(x.shape))
    outputs, _ = _kernel(cell, packed, states)
    counted = mask.cumsum(1) - 1  # (batch, steps): which of the packed steps was the last one to count, -1 for none
    index = counted.clamp(min=0).unsqueeze(-1).expand(outputs.shape)
    spread = outputs.gather(1, index)
    any_yet = (counted >= 0).unsqueeze(-1)
    state = torch.where(any_yet[:, -1], spread[:, -1], states[0])
    outputs = torch.where(mask.unsqueeze(-1) if zero_output_for_mask else any_yet, spread, 0.0)
    return outputs[:, -1], outputs, [state]


def _kernel(cell: RecurrentCell, x: torch.Tensor, states: States) -> tuple[torch.Tensor, States]:
    dtype = x.dtype
    kernel, recurrent = cell.kernel.to(dtype), cell.recurrent_kernel.to(dtype)
    bias = None if cell.bias is None else cell.bias.to(dtype)
    h = states[0].unsqueeze(0)  # (1, batch, units)
    options = (cell.bias is not None, 1, 0.0, torch.is_grad_enabled(), False, True)
    with warnings.catch_warnings():
        # cuDNN copies the weights into one block at each call, and torch says so once; a captured step does not mind.
        warnings.filterwarnings("ignore", message=".*not part of single contiguous chunk.*")
        if isinstance(cell, LSTMCell):
            weights = _weights(kernel, recurrent, bias, None)
            outputs, h, c = torch.lstm(x, [h, states[1].unsqueeze(0)], weights, *options)
            return outputs, [h[0], c[0]]
        if isinstance(cell, GRUCell):
            kernel, recurrent = _reset_first(kernel), _reset_first(recurrent)
            biases = (None, None) if bias is None else _reset_first(bias).unbind(0)
            outputs, h = torch.gru(x, h, _weights(kernel, recurrent, *biases), *options)
        else:
            outputs, h = _SIMPLE[cell.activation](x, h, _weights(kernel, recurrent, bias, None), *options)
    return outputs, [h[0]]


def _weights(
    kernel: torch.Tensor, recurrent: torch.Tensor, bias: torch.Tensor | None, recurrent_bias: torch.Tensor | None
) -> list[torch.Tensor]:
    """torch's list of weights: both kernels with the outputs first, then two biases."""
    weights = [kernel.t(), recurrent.t()]
    if bias is not None:
        weights += [bias, torch.zeros_like(bias) if recurrent_bias is None else recurrent_bias]
    return weights


def _reset_first(weight: torch.Tensor) -> torch.Tensor:
    """A GRU's weight with its columns in torch's order: r, z, h instead of z, r, h."""
    z, r, h = weight.chunk(3, dim=-1)
    return torch.cat([r, z, h], dim=-1)


_SIMPLE: dict[Callable[..., Any], Callable[..., Any]] = {
    activations.tanh: torch.rnn_tanh,
    activations.relu: torch.rnn_relu,
}
