"""The layer that runs a cell over a sequence."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core import nest
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.dtypes import torch_dtype
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.arguments import stored
from wubu.layers.base import Layer
from wubu.layers.recurrent.cell import RecurrentCell
from wubu.layers.recurrent.dropout_masks import DropoutMasks
from wubu.layers.recurrent.loop import run_steps
from wubu.layers.recurrent.stacked_rnn_cells import StackedRNNCells, initial_state_of, output_size_of

RNN_ARGUMENTS = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask")


class RNN(Layer):
    """Run a cell over the steps of a sequence.

    Args:
        cell: an object with ``call(inputs, states)``, which gives (output, new states), and ``state_size``, an integer
            or a list of integers; optionally ``output_size`` and ``get_initial_state(batch_size)``. Or a list of cells,
            which are stacked.
        return_sequences: whether to give every step's output, or the last one alone.
        return_state: whether to give the states after the last step as well.
        go_backwards: whether to go from the last step to the first; the outputs come in that order.
        stateful: whether each row of a batch goes on where the same row of the batch before ended; ``reset_state()``
            begins anew.
        unroll: accepted; the numbers are the same.
        zero_output_for_mask: whether masked steps give 0, or the output before.
        **kwargs: the arguments of ``Layer``.

    Call arguments: ``sequences``; ``initial_state``, a list of tensors; ``mask`` of shape (batch, steps), False for
    steps to leave out; ``training``.

    Input shape: ``(batch, steps, …)``. Output shape: ``(batch, units)``, or ``(batch, steps, units)`` with
    ``return_sequences``; with ``return_state`` a tuple of that and the states.
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)
        super().__init__(**kwargs)
        if isinstance(cell, list | tuple):
            cell = StackedRNNCells(cell)
        if not hasattr(cell, "call") or not hasattr(cell, "state_size"):
            raise ArgumentError(f"Expected a cell with a call method and a state_size. Received: cell={cell!r}")
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful, self.unroll = go_backwards, stateful, unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        sizes = cell.state_size
        if not isinstance(sizes, int | list | tuple):
            raise ArgumentError(f"Expected the cell's state_size to be an integer or a list. Received: {sizes!r}")
        self.state_size = [sizes] if isinstance(sizes, int) else list(sizes)

    # --- building and states --------------------------------------------------------------------------------------

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What a call runs; as in Keras 1 and 2, the states may come in a list after the sequences."""
        if args and isinstance(args[0], list | tuple) and len(args[0]) > 1 and kwargs.get("initial_state") is None:
            if all(hasattr(leaf, "shape") for leaf in args[0]):
                kwargs["initial_state"], args = list(args[0][1:]), (args[0][0], *args[1:])
        return super().forward(*args, **kwargs)

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build the cell for one step and, in a stateful layer, make the states."""
        if len(sequences_shape) < 3:
            raise ShapeError(
                f"Layer {self.name!r} expects sequences of shape (batch, steps, …). Received: an input of shape "
                f"{tuple(sequences_shape)}. Did you forget the axis of the steps, or the batch axis?"
            )
        if isinstance(self.cell, Layer) and not self.cell.built:
            self.cell.build((sequences_shape[0], *sequences_shape[2:]))
        if self.stateful and self.states is None:
            if sequences_shape[0] is None:
                raise ShapeError(
                    f"Layer {self.name!r} is stateful and needs the size of the batch. Received: input shape "
                    f"{sequences_shape}. Try: Input(batch_shape=(batch, steps, features))"
                )
            first = self.get_initial_state(sequences_shape[0])
            for i, value in enumerate(nest.flatten(first)):
                # No weights: not saved, not counted. Buffers, so that they move with the module.
                state = Variable(value, trainable=False, name="rnn_state")
                self.register_buffer(f"_state_{i}", state, persistent=False)
            self.__dict__["_states_like"] = nest.map_structure(lambda _: 0, first)

    @property
    def states(self) -> Any:
        """The states that a stateful layer keeps, or None."""
        like = self.__dict__.get("_states_like")
        if like is None:
            return None
        return nest.pack_sequence_as(like, [self._buffers[f"_state_{i}"] for i in range(len(nest.flatten(like)))])

    def reset_state(self) -> None:
        """Begin anew: the states that a stateful layer keeps become zeros."""
        for state in nest.flatten(self.states) if self.states is not None else []:
            with torch.no_grad():
                state.zero_()

    def reset_states(self) -> None:
        """``reset_state``, by its older name."""
        self.reset_state()

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """The states before the first step, for a batch size or, as Keras 2 had it, for the inputs."""
        if isinstance(batch_size, torch.Tensor) and batch_size.dim():
            batch_size = int(batch_size.shape[0])
        found = initial_state_of(self.cell, batch_size, getattr(self.cell, "compute_dtype", self.compute_dtype))
        return list(found) if nest.is_nested(found) else [found]

    # --- calling --------------------------------------------------------------------------------------------------

    def call(
        self, sequences: torch.Tensor, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Compute the output."""
        if isinstance(mask, list | tuple):
            mask = mask[0]
        states = self._first_states(sequences, initial_state)
        if self.go_backwards:
            sequences = sequences.flip(1)
            mask = None if mask is None else mask.flip(1)
        _forget_masks(self.cell)
        try:
            last, outputs, states = self._run(sequences, states, mask, bool(training))
        finally:
            _forget_masks(self.cell)
        dtype = torch_dtype(self.compute_dtype)
        if self.stateful:
            with torch.no_grad():
                for kept, new in zip(nest.flatten(self.states), nest.flatten(states), strict=True):
                    kept.copy_(new)
        output = (outputs if self.return_sequences else last).to(dtype)  # type: ignore[union-attr]
        if self.return_state:
            return (output, *nest.map_structure(lambda s: s.to(dtype), list(states)))
        return output

    def _first_states(self, sequences: torch.Tensor, given: Any) -> list[Any]:
        dtype = torch_dtype(getattr(self.cell, "compute_dtype", self.compute_dtype))
        if given is not None:
            found = list(given) if nest.is_nested(given) else [given]
        elif self.stateful:
            rows = nest.flatten(self.states)[0].shape[0]
            if rows != sequences.shape[0]:
                raise ShapeError(
                    f"Layer {self.name!r} is stateful and was built for batches of {rows} rows. Received: a batch of "
                    f"{sequences.shape[0]}. Try: a batch_size that divides the data, or reset by building a new layer"
                )
            # Copies: the states are overwritten while the gradient still needs what they were.
            return nest.map_structure(lambda s: s.to(dtype, copy=True), list(self.states))
        else:
            found = self.get_initial_state(sequences.shape[0])
        return nest.map_structure(lambda s: s.to(sequences.device, dtype), found)

    def _run(
        self, sequences: torch.Tensor, states: list[Any], mask: torch.Tensor | None, training: bool
    ) -> tuple[torch.Tensor, torch.Tensor | None, Any]:
        """Go through a sequence: the last output, all outputs, and the states after the last step."""
        cell = self.cell
        if isinstance(cell, RecurrentCell):
            inputs = cell.project(sequences, training).unbind(1)  # all steps' inputs in one matrix product
            weights = cell.recurrent_weights(inputs[0].dtype)

            def step(x: torch.Tensor, before: Any) -> tuple[torch.Tensor, Any]:
                return cell.step(x, before, weights, training)
        else:
            inputs = sequences.unbind(1)
            options = {"training": training} if isinstance(cell, Layer) and cell._call_signature.training else {}
            run = cell if callable(cell) else cell.call

            def step(x: torch.Tensor, before: Any) -> tuple[torch.Tensor, Any]:
                output, after = run(x, before, **options)
                return output, list(after) if nest.is_nested(after) else [after]

        return run_steps(step, inputs, states, mask, self.zero_output_for_mask, self.return_sequences)

    # --- shapes and configs ---------------------------------------------------------------------------------------

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """The output's shape, with ``return_state`` a tuple of that and the states' shapes."""
        batch, steps = sequences_shape[:2]
        size = output_size_of(self.cell)
        output = (batch, steps, size) if self.return_sequences else (batch, size)
        if not self.return_state:
            return output
        return (output, *nest.map_structure(lambda s: (batch, s), self.state_size))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The sequence's mask if every step's output is given; none for states."""
        mask = nest.flatten(previous_mask)[0]
        mask = mask if self.return_sequences else None
        return [mask, *(None for _ in self.state_size)] if self.return_state else mask

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, *RNN_ARGUMENTS), "cell": serialize_keras_object(self.cell)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a layer from what ``get_config`` gave."""
        cell = deserialize_keras_object(config["cell"], custom_objects=custom_objects)
        return cls(cell, **{key: value for key, value in config.items() if key != "cell"})


def _forget_masks(cell: Any) -> None:
    """Let the next sequence draw fresh dropout masks."""
    if isinstance(cell, DropoutMasks):
        cell.reset_dropout_mask()
        cell.reset_recurrent_dropout_mask()
    if isinstance(cell, StackedRNNCells):
        for inner in cell.cells:
            _forget_masks(inner)
