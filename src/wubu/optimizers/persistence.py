"""What of an optimizer is saved: its configuration and its variables."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.config import deserialize_keras_object
from wubu.core.variable import Variable
from wubu.errors import NotBuiltError, ShapeError
from wubu.optimizers.rate import LearningRate
from wubu.optimizers.state import State

# What only makes sense together with the parameters; a copy makes it anew when it is built.
_RUNTIME = (
    "_state", "_trainable_variables", "_indices", "_flat", "_seen_iterations", "step_size", "_building", "_made_by_build",
)  # fmt: skip


class CallableList(list):
    """A list that gives itself when it is called: in tf.keras ``variables`` was a method for some years."""

    def __call__(self) -> CallableList:
        return self


class Persistence:
    """The part of ``Optimizer`` that reads and writes its state; the variables come in Keras's order."""

    name: str
    built: bool
    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    step_size: torch.Tensor
    _rate: LearningRate
    _state: State
    _iterations: Variable
    _variables: list[Variable]
    _trainable_variables: list[torch.Tensor]
    _made_by_build: set[int]
    _pending: list[np.ndarray] | None = None

    @property
    def variables(self) -> CallableList:
        """The step counter, the learning rate, and the slots variable by variable, in the order Keras saves them."""
        return CallableList(self._variables)

    weights = variables

    def shared_variables(self) -> list[Variable]:
        """The variables that an update may change and that lie in no flat slot."""
        settings = (self._iterations, self._rate.variable)
        return [v for v in self._variables if not self._state.is_slot(v) and all(v is not s for s in settings)]

    def state_tensors(self) -> list[torch.Tensor]:
        """Every tensor that ``apply`` may change: flat weights, gradients and slots, counters, the step size."""
        return [*self._state.tensors(), *self.shared_variables(), self._iterations, self.step_size]

    def get_weights(self) -> list[np.ndarray]:
        """The values of ``variables``."""
        return [variable.numpy() for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set ``variables`` from arrays of the same shapes, in the same order.

        Raises:
            NotBuiltError: before the optimizer is built.
            ShapeError: for an array of another shape.
        """
        if not self.built:
            raise NotBuiltError("The optimizer has no slots yet. Try: optimizer.build(variables) before set_weights")
        for variable, weight in zip(self.variables, weights):
            if tuple(variable.shape) != tuple(np.shape(weight)):
                raise ShapeError(
                    f"Expected a value of shape {tuple(variable.shape)} for {variable.path!r}. "
                    f"Received: shape {tuple(np.shape(weight))}"
                )
            variable.assign(weight)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Write the variables' values into a dictionary, under "0", "1"…"""
        for index, variable in enumerate(self.variables):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Read back what ``save_own_variables`` wrote; a different number of variables is skipped with a warning."""
        if len(store.keys()) != len(self.variables):
            hint = "" if self.built else " The optimizer has not been built yet."
            warnings.warn(
                f"The state of optimizer {self.name!r} was not loaded: {len(store.keys())} variables were saved and it "
                f"has {len(self.variables)}.{hint}",
                stacklevel=2,
            )
            return
        for index, variable in enumerate(self.variables):
            variable.assign(np.asarray(store[str(index)]))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again; a subclass adds its own."""
        config = {
            "name": self.name,
            "learning_rate": self._rate.get_config(),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }
        if self._rate.decay:  # Keras 3 knows no decay, so it is written only when it is used
            config["decay"] = self._rate.decay
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Make an optimizer from what ``get_config`` gave, here or in any version of Keras."""
        config = dict(config)
        if isinstance(config.get("learning_rate"), dict):
            config["learning_rate"] = deserialize_keras_object(config["learning_rate"], custom_objects=custom_objects)
        return cls(**config)

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Iterable[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """What ``apply`` would make of given values; the optimizer and the weights stay as they are.

        Args:
            optimizer_variables: a value for each of ``variables``.
            grads: a gradient for each weight.
            trainable_variables: a value for each weight that the optimizer was built with.

        Returns:
            The new weights, and the new values of ``variables``.
        """
        own = [*self._trainable_variables, *self.variables]
        if not self.built:
            raise NotBuiltError("Try: optimizer.build(variables) before stateless_apply")
        with torch.no_grad():
            kept = [tensor.clone() for tensor in own]
            try:
                _copy_all(own, [*trainable_variables, *optimizer_variables])
                self.apply(grads)  # type: ignore[attr-defined]
                made = [tensor.detach().clone().as_subclass(torch.Tensor) for tensor in own]
            finally:
                _copy_all(own, kept)
        count = len(self._trainable_variables)
        return made[:count], made[count:]

    # --- copies: the state travels as values and finds its place when the copy is built ----------------------------

    def __getstate__(self) -> dict[str, Any]:
        made_by_build = self._made_by_build
        state = {
            key: value
            for key, value in self.__dict__.items()
            if key not in _RUNTIME and not _mentions(value, made_by_build)
        }
        state["_variables"] = [v for v in self._variables if id(v) not in made_by_build]
        state["_pending"] = self.get_weights() if self.built else self._pending
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._reset_state()  # type: ignore[attr-defined]

    def _restore_pending(self) -> None:
        if self._pending is not None and len(self._pending) == len(self.variables):
            self.set_weights(self._pending)
        self._pending = None


def _copy_all(tensors: Sequence[torch.Tensor], values: Sequence[Any]) -> None:
    for tensor, value in zip(tensors, values):
        tensor.copy_(value if isinstance(value, torch.Tensor) else torch.as_tensor(value))


def _mentions(value: Any, identities: set[int]) -> bool:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(_mentions(item, identities) for item in value)
    return id(value) in identities
