"""What the cells of SimpleRNN, LSTM and GRU have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu import activations, constraints, initializers, regularizers
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.seeds import SeedGenerator
from wubu.core.variable import Variable
from wubu.errors import ShapeError
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.casting import matched
from wubu.layers.recurrent.dropout_masks import DropoutMasks, Masks

# Activations that remember their input would keep every step's in memory; here nobody asks for it.
_PLAIN = {activations.sigmoid: torch.sigmoid, activations.tanh: torch.tanh, activations.relu: torch.relu}
Weights = tuple[torch.Tensor | None, ...]


class RecurrentCell(Layer, DropoutMasks):
    """Base of the cells: ``gates`` linear functions of the input and the state, which a subclass combines.

    One step is split in two: what depends on the input alone (``project``, which also takes a whole sequence at once)
    and the rest (``step``).
    """

    gates = 1
    bias: Variable | None

    def __init__(
        self,
        units: int,
        activation: Any,
        use_bias: bool,
        kernel_initializer: Any,
        recurrent_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        recurrent_regularizer: Any,
        bias_regularizer: Any,
        kernel_constraint: Any,
        recurrent_constraint: Any,
        bias_constraint: Any,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        self.implementation = kwargs.pop("implementation", 2)
        super().__init__(**kwargs)
        (self.units,) = as_tuple(units, 1, "units")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer: Any = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        if self.gates > 1 and (self.recurrent_dropout or self.implementation == 1):
            self.dropout_mask_count = self.gates
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.state_size: Any = self.units
        self.output_size = self.units

    def build(self, input_shape: Any) -> None:
        """Make the kernel, the recurrent kernel and the bias, with the gates side by side in the last axis."""
        features = input_shape[-1]
        if features is None:
            raise ShapeError(f"Layer {self.name!r} needs the size of the last axis. Received: input shape {input_shape}")
        width = self.units * self.gates
        self.kernel = self.add_weight(
            (features, width),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.recurrent_kernel = self.add_weight(
            (self.units, width),
            self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
            name="recurrent_kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                self._bias_shape(),
                self._first_bias(),
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def _bias_shape(self) -> tuple[int, ...]:
        return (self.units * self.gates,)

    def _first_bias(self) -> Callable[..., Any]:
        """The initializer of the bias."""
        return self.bias_initializer

    def input_bias(self) -> torch.Tensor | None:
        """The bias of the inputs."""
        return self.bias

    def project(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """The part of all gates that depends on the input, for one step or for a whole sequence.

        Args:
            inputs: of shape (batch, features) or (batch, steps, features).
            training: whether dropout acts.

        Returns:
            A tensor of shape (batch, gates * units) or (batch, steps, gates * units).
        """
        x, kernel, bias = matched(self, inputs, self.kernel, self.input_bias())
        masks = self._input_masks(x[:, 0] if x.dim() == 3 else x, training)
        if masks is not None and x.dim() == 3:
            masks = [mask.unsqueeze(1) for mask in masks]
        made = by_gate(x, kernel, masks)
        return made if bias is None else made + bias

    def recurrent_weights(self, dtype: torch.dtype) -> Weights:
        """The weights that ``step`` uses, in the type to compute in; fetched once for a sequence."""
        return (self.recurrent_kernel.to(dtype),)

    def step(
        self, x: torch.Tensor, states: Sequence[torch.Tensor], weights: Weights, training: bool
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """One step.

        Args:
            x: what ``project`` gave for it, of shape (batch, gates * units).
            states: the states before it, each of shape (batch, units).
            weights: what ``recurrent_weights`` gave.
            training: whether dropout acts.

        Returns:
            The output, of shape (batch, units), and the states after it.
        """
        raise NotImplementedError

    def call(self, inputs: torch.Tensor, states: Any, training: bool = False) -> tuple[torch.Tensor, Any]:
        """Compute one step's output and the states after it."""
        nested = isinstance(states, list | tuple)
        x = self.project(inputs, training)
        before = [s.to(x.dtype) for s in (states if nested else [states])]
        output, after = self.step(x, before, self.recurrent_weights(x.dtype), training)
        return output, after if nested else after[0]

    def get_initial_state(self, batch_size: int | None = None) -> list[torch.Tensor]:
        """Zeros for each state."""
        sizes = self.state_size if isinstance(self.state_size, list) else [self.state_size]
        dtype, device = torch_dtype(self.compute_dtype), default_device()
        return [torch.zeros((batch_size or 0, size), dtype=dtype, device=device) for size in sizes]

    def compute_output_shape(self, input_shape: Any, states_shape: Any = None) -> Any:
        """The output's shape and those of the states."""
        state = (input_shape[0], self.units)
        return state, [state] * (len(self.state_size) if isinstance(self.state_size, list) else 1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this cell again."""
        return {**super().get_config(), **stored(self, *CELL_ARGUMENTS)}


CELL_ARGUMENTS = (
    "units",
    "activation",
    "use_bias",
    *(f"{w}_{kind}" for kind in ("initializer", "regularizer", "constraint") for w in ("kernel", "recurrent", "bias")),
    "dropout",
    "recurrent_dropout",
    "seed",
)


def plain(activation: Callable[..., Any]) -> Callable[..., Any]:
    """The function of torch's that an activation is, where it is one."""
    return _PLAIN.get(activation, activation)


def by_gate(x: torch.Tensor, kernel: torch.Tensor, masks: Masks | None) -> torch.Tensor:
    """``x @ kernel`` with no mask, one mask, or a mask of x for each gate."""
    if masks is None:
        return x @ kernel
    if len(masks) == 1:
        return (x * masks[0]) @ kernel
    parts = kernel.chunk(len(masks), dim=-1)
    return torch.cat([(x * mask) @ part for mask, part in zip(masks, parts, strict=True)], dim=-1)
