"""Loss scaling for training in float16."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError
from wubu.optimizers.base import Optimizer
from wubu.optimizers.conditional import run_if
from wubu.optimizers.options import OPTION_NAMES
from wubu.optimizers.persistence import CallableList


class LossScaleOptimizer(Optimizer):
    """Multiplies the loss by a scale, and divides the gradients by it, so that small float16 gradients survive.

    When a gradient is not finite, the step is skipped and the scale halved; after ``dynamic_growth_steps`` good steps
    in a row it is doubled.

    Args:
        inner_optimizer: the optimizer that updates the weights.
        initial_scale: the scale at the start.
        dynamic_growth_steps: after how many good steps the scale doubles.
        name: of the optimizer.
        **kwargs: ``dynamic=True`` of Keras 2 is accepted; other options belong to the inner optimizer.

    Raises:
        ArgumentError: for an option that belongs to the inner optimizer.

    Example:
        >>> from wubu.optimizers.sgd import SGD
        >>> optimizer = LossScaleOptimizer(SGD(0.1))

    Paper: Micikevicius et al., "Mixed Precision Training" (2017).
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not kwargs.pop("dynamic", True):
            raise ArgumentError(
                "LossScaleOptimizer always adapts its scale. Received: dynamic=False. "
                "Try: loss_scale_factor=… on the inner optimizer"
            )
        for option in [key for key in kwargs if key in OPTION_NAMES]:
            # Configs of Keras 3 carry the defaults.
            if kwargs.pop(option) not in (None, False, 0.99):
                raise ArgumentError(f"LossScaleOptimizer has no {option}. Try: {option}=… on the inner optimizer")
        super().__init__(0.0, name=name, **kwargs)
        if not isinstance(inner_optimizer, Optimizer):
            raise ArgumentError(f"Expected inner_optimizer to be an optimizer. Received: {inner_optimizer!r}")
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None
        for part in getattr(inner_optimizer, "optimizers", [inner_optimizer]):
            part._may_skip = True

    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the scale and the count of good steps, and build the inner optimizer."""
        if not self._made_by_build:
            self.step_counter = self.add_variable((), dtype="int64", name="step_counter")
            self.dynamic_scale = self.add_variable((), dtype="float32", name="dynamic_scale")
            self.dynamic_scale.assign(self.initial_scale)
        variables = list(variables)
        self.inner_optimizer.build(variables)
        self.__dict__["_trainable_variables"] = variables

    @property
    def variables(self) -> CallableList:
        """Its own variables, then the inner optimizer's."""
        return CallableList([*self._variables, *self.inner_optimizer.variables])

    def state_tensors(self) -> list[torch.Tensor]:
        """Every tensor that ``apply`` may change."""
        return [*super().state_tensors(), *self.inner_optimizer.state_tensors()]

    def apply(self, grads: Iterable[Any], trainable_variables: Iterable[torch.Tensor] | None = None) -> None:
        """Update variables by the gradients of the scaled loss, if all are finite; then adapt the scale.

        Args:
            grads: a gradient of the scaled loss for each variable; None skips that variable.
            trainable_variables: the variables; default those that the optimizer was built with.
        """
        gradients = list(grads)
        variables = None if trainable_variables is None else list(trainable_variables)
        if not gradients:
            return
        if not self.built and variables is not None:
            self.build(variables)
        inner = self.inner_optimizer
        with torch.no_grad():
            layout = inner._receive(gradients, variables)
            for segment in layout.segments:
                segment.gradient.div_(self.dynamic_scale.to(segment.gradient.device))
            finite = torch.stack([s.gradient.isfinite().all().to(self.dynamic_scale.device) for s in layout.segments])
            self._advance(finite.all(), layout)

    def _advance(self, finite: torch.Tensor, layout: Any) -> None:
        inner = self.inner_optimizer
        run_if(finite, inner.state_tensors(), lambda: inner._step(layout))
        grow = finite & (self.step_counter == self.dynamic_growth_steps - 1)
        factor = torch.where(finite, torch.where(grow, 2.0, 1.0), 0.5)
        self.dynamic_scale.mul_(factor)
        self.step_counter.copy_((self.step_counter + 1) * (finite & ~grow))

    def scale_loss(self, loss: torch.Tensor) -> torch.Tensor:
        """The loss that gradients are to be taken of."""
        return loss * (self.dynamic_scale if self.built else self.initial_scale)

    @property
    def iterations(self) -> torch.Tensor:
        """How many updates the inner optimizer has made."""
        return self.inner_optimizer.iterations

    @iterations.setter
    def iterations(self, value: Any) -> None:
        self.inner_optimizer.iterations = value

    @property
    def learning_rate(self) -> Any:
        """The inner optimizer's learning rate."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    lr = learning_rate

    @property
    def _learning_rate(self) -> Any:
        return self.inner_optimizer._learning_rate

    def learning_rate_at(self, step: int) -> float:
        """The inner optimizer's learning rate of a step."""
        return self.inner_optimizer.learning_rate_at(step)

    def finalize_variable_values(self, var_list: Iterable[torch.Tensor]) -> None:
        """Set the variables to their moving average, when the inner optimizer keeps one."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this optimizer again."""
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Make an optimizer from what ``get_config`` gave."""
        config = dict(config)
        inner = deserialize_keras_object(config.pop("inner_optimizer"), custom_objects=custom_objects)
        return cls(inner, **config)
