"""``tf.train`` of TensorFlow 1: optimizers, the step counter, rates that fall, savers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.saving.tf.checkpoint_state import latest_checkpoint
from wubu.symbolic.function import op
from wubu.tensorflow.v1 import graph as graphs
from wubu.tensorflow.v1.facade import falling_back
from wubu.tensorflow.v1.graph import building, get_default_graph
from wubu.tensorflow.v1.operations import Operation
from wubu.tensorflow.v1.optimizers import (
    AdadeltaOptimizer,
    AdagradOptimizer,
    AdamOptimizer,
    FtrlOptimizer,
    GradientDescentOptimizer,
    MomentumOptimizer,
    Optimizer,
    RMSPropOptimizer,
)
from wubu.tensorflow.v1.saver import Saver
from wubu.tensorflow.v1.session import Session
from wubu.tensorflow.v1.variables import GraphVariable, Variable, global_variables_initializer, trainable_variables

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "Coordinator",
    "ExponentialMovingAverage",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "MonitoredTrainingSession",
    "Optimizer",
    "RMSPropOptimizer",
    "Saver",
    "create_global_step",
    "exponential_decay",
    "get_checkpoint_state",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "inverse_time_decay",
    "latest_checkpoint",
    "piecewise_constant",
    "polynomial_decay",
    "start_queue_runners",
]


# --- the step counter ---------------------------------------------------------------------------------------------


def get_global_step(graph: Any = None) -> Any:
    """The variable that counts steps, or None."""
    found = (graph or get_default_graph()).get_collection(graphs.GraphKeys.GLOBAL_STEP)
    return found[0] if found else None


def create_global_step(graph: Any = None) -> Any:
    """Make the variable that counts steps."""
    made = Variable(0, trainable=False, name="global_step", dtype="int64")
    (graph or get_default_graph()).add_to_collection(graphs.GraphKeys.GLOBAL_STEP, made)
    return made


def get_or_create_global_step(graph: Any = None) -> Any:
    """The variable that counts steps; made if there is none."""
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The number of steps so far."""
    return int(sess.run(global_step_tensor))


# --- rates that fall ----------------------------------------------------------------------------------------------


def _rate(step: Any, compute: Any) -> Any:
    """A rate as a function of the step: symbolic for a variable of the graph, else a function or a number."""

    def rate(value: Any) -> torch.Tensor:
        return compute(as_tensor(value).to(torch.float32))

    return op(rate)(step)


def exponential_decay(
    learning_rate: float, global_step: Any, decay_steps: int, decay_rate: float, staircase: bool = False, name: Any = None
) -> Any:
    """``rate · decay_rate ^ (step / decay_steps)``; in whole powers with ``staircase``."""

    def compute(step: torch.Tensor) -> torch.Tensor:
        power = step / decay_steps
        return learning_rate * decay_rate ** (power.floor() if staircase else power)

    return _rate(global_step, compute)


def inverse_time_decay(
    learning_rate: float, global_step: Any, decay_steps: int, decay_rate: float, staircase: bool = False, name: Any = None
) -> Any:
    """``rate / (1 + decay_rate · step / decay_steps)``."""

    def compute(step: torch.Tensor) -> torch.Tensor:
        part = step / decay_steps
        return learning_rate / (1 + decay_rate * (part.floor() if staircase else part))

    return _rate(global_step, compute)


def polynomial_decay(
    learning_rate: float,
    global_step: Any,
    decay_steps: int,
    end_learning_rate: float = 0.0001,
    power: float = 1.0,
    cycle: bool = False,
    name: Any = None,
) -> Any:
    """From one rate to another along a power of the step."""

    def compute(step: torch.Tensor) -> torch.Tensor:
        span = decay_steps * (step / decay_steps).ceil().clamp(min=1) if cycle else torch.tensor(float(decay_steps))
        left = 1 - torch.minimum(step, span) / span
        return (learning_rate - end_learning_rate) * left**power + end_learning_rate

    return _rate(global_step, compute)


def piecewise_constant(x: Any, boundaries: Sequence[Any], values: Sequence[float], name: Any = None) -> Any:
    """A rate for each part of the steps; a boundary belongs to the part before it."""

    def compute(step: torch.Tensor) -> torch.Tensor:
        part = torch.bucketize(step, torch.tensor([float(b) for b in boundaries], device=step.device))
        return torch.tensor(list(values), device=step.device)[part]

    return _rate(x, compute)


# --- averages, files, queues --------------------------------------------------------------------------------------


class ExponentialMovingAverage:
    """Averages of variables that forget slowly: ``average = decay · average + (1 - decay) · value``.

    Args:
        decay: near 1.
        num_updates: a step counter, with which the first averages follow faster.
    """

    def __init__(
        self, decay: float, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"
    ) -> None:
        self.decay, self._name, self._num_updates = decay, name, num_updates
        self._averages: dict[int, Any] = {}

    def _decay(self) -> float:
        if self._num_updates is None:
            return self.decay
        counter = self._num_updates
        steps = float(counter.storage if isinstance(counter, GraphVariable) else counter)
        return min(self.decay, (1 + steps) / (10 + steps))

    def apply(self, var_list: Any = None) -> Any:
        """The operation that takes the present values in."""
        variables = list(trainable_variables() if var_list is None else var_list)
        for variable in variables:
            weight = variable.storage if isinstance(variable, GraphVariable) else variable
            self._averages.setdefault(id(variable), [variable, weight.detach().clone()])

        def update(values: list[Any]) -> None:
            for variable in variables:
                weight = variable.storage if isinstance(variable, GraphVariable) else variable
                average = self._averages[id(variable)][1]
                average.mul_(self._decay()).add_(weight.detach(), alpha=1 - self._decay())

        made = Operation([], update, self._name)
        if not building():
            made.apply([])
        return made

    def average(self, var: Any) -> Any:
        """The average of a variable."""
        found = self._averages.get(id(var))
        if found is None:
            return None
        from wubu.tensorflow.v1.symbols import deferred

        return deferred(lambda: found[1].clone()) if building() else found[1]


def get_checkpoint_state(checkpoint_dir: str, latest_filename: str | None = None) -> Any:
    """What the file ``checkpoint`` of a folder says, or None."""
    from types import SimpleNamespace

    latest = latest_checkpoint(checkpoint_dir, latest_filename)
    if latest is None:
        return None
    return SimpleNamespace(model_checkpoint_path=latest, all_model_checkpoint_paths=[latest])


class Coordinator:
    """Tells threads to stop; there are none here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stopped = False

    def should_stop(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._stopped

    def request_stop(self, ex: Any = None) -> None:
        """Ask to stop."""
        self._stopped = True

    def join(self, threads: Any = None, *args: Any, **kwargs: Any) -> None:
        """Nothing to wait for."""


def start_queue_runners(sess: Any = None, coord: Any = None, *args: Any, **kwargs: Any) -> list[Any]:
    """Accepted: there are no queues."""
    return []


@contextmanager
def MonitoredTrainingSession(*args: Any, checkpoint_dir: str | None = None, **kwargs: Any) -> Iterator[Session]:
    """A session whose variables are initialised, or read from the last checkpoint of a folder."""
    with Session() as session:
        session.run(global_variables_initializer())
        latest = latest_checkpoint(checkpoint_dir) if checkpoint_dir else None
        if latest:
            Saver().restore(session, latest)
        session.should_stop = lambda: False  # type: ignore[attr-defined]
        yield session


__getattr__ = falling_back(__name__, __all__, "train")
