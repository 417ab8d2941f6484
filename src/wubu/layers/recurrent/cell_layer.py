"""What SimpleRNN, LSTM and GRU have in common: an RNN whose arguments are its cell's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.errors import ArgumentError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.input_spec import InputSpec
from wubu.layers.recurrent.cell import CELL_ARGUMENTS, RecurrentCell
from wubu.layers.recurrent.fused import is_possible, run_fused
from wubu.layers.recurrent.rnn import RNN, RNN_ARGUMENTS


def of_cell(name: str) -> Any:
    """A property that looks an attribute up in the cell."""

    def get(self: Any) -> Any:
        return getattr(self.cell, name)

    get.__doc__ = f"The cell's ``{name}``."
    return property(get)


class CellRNN(RNN):
    """Base of the layers that make their own cell.

    Args:
        cell_class: the class of the cell.
        arguments: the arguments of the cell.
        use_cudnn: whether torch's own kernel computes the sequence: ``"auto"`` where it can, True, or False.
        **kwargs: the arguments of ``RNN``.
    """

    cell: RecurrentCell
    cell_arguments: tuple[str, ...] = CELL_ARGUMENTS

    def __init__(
        self, cell_class: Callable[..., RecurrentCell], arguments: dict[str, Any], use_cudnn: Any, **kwargs: Any
    ) -> None:
        shared = {key: kwargs[key] for key in ("dtype", "trainable") if key in kwargs}
        implementation = kwargs.pop("implementation", 2)
        kwargs.pop("time_major", None)
        cell = cell_class(**arguments, **shared, implementation=implementation, name=self._cell_name())
        super().__init__(cell, **kwargs)
        self.input_spec = InputSpec(ndim=3)
        if use_cudnn not in ("auto", True, False):
            raise ArgumentError(f"Expected use_cudnn to be 'auto', True or False. Received: use_cudnn={use_cudnn!r}")
        self.use_cudnn = use_cudnn

    def _cell_name(self) -> str:
        raise NotImplementedError

    def _run(
        self, sequences: torch.Tensor, states: list[Any], mask: torch.Tensor | None, training: bool
    ) -> tuple[torch.Tensor, torch.Tensor | None, Any]:
        if self.use_cudnn and is_possible(self.cell, mask, self.return_state or self.stateful):
            return run_fused(self.cell, sequences, states, mask, training, self.zero_output_for_mask)
        if self.use_cudnn is True:
            raise ArgumentError(
                f"Layer {self.name!r} has use_cudnn=True, but torch's kernel computes tanh and sigmoid without recurrent "
                "dropout only, and no states of masked sequences. Try: use_cudnn='auto'"
            )
        return super()._run(sequences, states, mask, training)

    units = of_cell("units")
    activation = of_cell("activation")
    use_bias = of_cell("use_bias")
    kernel_initializer = of_cell("kernel_initializer")
    recurrent_initializer = of_cell("recurrent_initializer")
    bias_initializer = of_cell("bias_initializer")
    kernel_regularizer = of_cell("kernel_regularizer")
    recurrent_regularizer = of_cell("recurrent_regularizer")
    bias_regularizer = of_cell("bias_regularizer")
    kernel_constraint = of_cell("kernel_constraint")
    recurrent_constraint = of_cell("recurrent_constraint")
    bias_constraint = of_cell("bias_constraint")
    dropout = of_cell("dropout")
    recurrent_dropout = of_cell("recurrent_dropout")
    seed = of_cell("seed")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = (*RNN_ARGUMENTS, *self.cell_arguments, "activity_regularizer")
        return {**Layer.get_config(self), **stored(self, *names)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a layer from what ``get_config`` gave."""
        return cls(**config)
