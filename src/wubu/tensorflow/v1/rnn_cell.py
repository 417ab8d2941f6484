"""``tf.nn.rnn_cell``: one step of a recurrent network."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from wubu.layers.recurrent.gru_cell import GRUCell as _GRUCell
from wubu.layers.recurrent.lstm_cell import LSTMCell as _LSTMCell
from wubu.layers.recurrent.simple_rnn_cell import SimpleRNNCell as _SimpleRNNCell
from wubu.layers.stand_ins import weights_on_meta
from wubu.symbolic.function import any_symbolic, record
from wubu.tensorflow.v1.dropping import drop

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
]


class LSTMStateTuple(NamedTuple):
    """The state of an LSTM: ``c``, what it remembers, and ``h``, its last output."""

    c: Any
    h: Any


class _Cell:
    """What the cells share: a Keras cell, and states as TensorFlow 1 has them.

    Args:
        cell: the cell that computes.
        num_units: the size of its output.
    """

    def __init__(self, cell: Any, num_units: int) -> None:
        self.cell, self.output_size = cell, num_units

    @property
    def state_size(self) -> Any:
        """The size of the state."""
        return self.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> None:
        """None: a sequence begins with zeros by itself."""
        return None

    def states_in(self, state: Any) -> list[Any]:
        """The state as the Keras cell has it."""
        return [state]

    def states_out(self, states: Sequence[Any]) -> Any:
        """The state as TensorFlow 1 has it."""
        return states[0]

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        states = self.states_in(state)
        if not self.cell.built:
            self.cell.build(tuple(inputs.shape))
        output, *after = self._step(inputs, *states) if any_symbolic(inputs, states) else self._computed(inputs, *states)
        return output, self.states_out(after)

    def _step(self, inputs: Any, *states: Any) -> Any:
        return record(self._computed, inputs, *states)

    def _computed(self, inputs: Any, *states: Any) -> list[Any]:
        """One step of the Keras cell: the output, then the states."""
        with weights_on_meta(self.cell) if inputs.is_meta else nullcontext():
            output, after = self.cell(inputs, list(states))
        return [output, *after]


class BasicRNNCell(_Cell):
    """``tanh(x W + h U + b)``.

    Args:
        num_units: the size of the output.
        activation: by name or as a function.
    """

    def __init__(self, num_units: int, activation: Any = None, reuse: Any = None, name: str | None = None) -> None:
        super().__init__(_SimpleRNNCell(num_units, activation=activation or "tanh"), num_units)


class GRUCell(_Cell):
    """The gated recurrent unit (Cho et al., 2014).

    Args:
        num_units: the size of the output.
        activation: by name or as a function.
    """

    def __init__(self, num_units: int, activation: Any = None, reuse: Any = None, **kwargs: Any) -> None:
        super().__init__(_GRUCell(num_units, activation=activation or "tanh", reset_after=False), num_units)


class LSTMCell(_Cell):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997).

    Args:
        num_units: the size of the output.
        forget_bias: where the bias of the forget gate begins; other values than 0 count as 1.
        activation: by name or as a function.
        state_is_tuple: accepted.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        **kwargs: Any,
    ) -> None:
        cell = _LSTMCell(num_units, activation=activation or "tanh", unit_forget_bias=bool(forget_bias))
        super().__init__(cell, num_units)

    @property
    def state_size(self) -> LSTMStateTuple:
        """The sizes of both parts of the state."""
        return LSTMStateTuple(self.output_size, self.output_size)

    def states_in(self, state: Any) -> list[Any]:
        """Keras has the output first."""
        return [state[1], state[0]]

    def states_out(self, states: Sequence[Any]) -> LSTMStateTuple:
        """TensorFlow 1 has the memory first."""
        return LSTMStateTuple(states[1], states[0])


BasicLSTMCell = LSTMCell


class DropoutWrapper(_Cell):
    """A cell whose inputs and outputs lose a share.

    Args:
        cell: the cell.
        input_keep_prob, output_keep_prob: the shares that stay; may be placeholders.
        state_keep_prob: accepted.
    """

    def __init__(
        self, cell: Any, input_keep_prob: Any = 1.0, output_keep_prob: Any = 1.0, state_keep_prob: Any = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(cell, cell.output_size)
        self._keep = (input_keep_prob, output_keep_prob)

    @property
    def state_size(self) -> Any:
        """The size of the cell's state."""
        return self.cell.state_size

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        before, after = self._keep
        inputs = inputs if isinstance(before, float) and before == 1.0 else drop(inputs, before)
        output, state = self.cell(inputs, state)
        return (output if isinstance(after, float) and after == 1.0 else drop(output, after)), state


class MultiRNNCell(_Cell):
    """Several cells on top of each other.

    Args:
        cells: the cells, from the input up.
        state_is_tuple: accepted.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__(None, cells[-1].output_size)
        self.cells = list(cells)

    @property
    def state_size(self) -> tuple[Any, ...]:
        """The sizes of all states."""
        return tuple(cell.state_size for cell in self.cells)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        states = []
        for cell, own in zip(self.cells, state):
            inputs, own = cell(inputs, own)
            states.append(own)
        return inputs, tuple(states)
