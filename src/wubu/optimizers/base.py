"""The optimizer: from gradients to new weights, as a ladder of steps."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core import legacy
from wubu.core.capture import is_capturing, note_optimizer
from wubu.core.names import auto_name
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError, ShapeError, UnknownArgumentError
from wubu.optimizers.averaging import accumulate, overwrite_by_average, update_average
from wubu.optimizers.building import Building
from wubu.optimizers.clipping import clip_by_value, clip_each_norm, clip_global_norm
from wubu.optimizers.options import OPTION_NAMES
from wubu.optimizers.rate import LearningRate
from wubu.optimizers.state import Layout, path_of
from wubu.optimizers.weight_decay import DecayExclusions, apply_weight_decay


class Optimizer(Building):
    """Base of all optimizers; subclass it for one of your own.

    A subclass overrides ``build(variables)`` (calls ``super().build`` and makes its slots with
    ``add_variable_from_reference`` or ``add_optimizer_variables``), ``update_step(gradient, variable, learning_rate)``
    and ``get_config``. Updates change variables in place (``variable.sub_``, ``self.assign_sub``…) and read the step
    only from tensors (``learning_rate``, ``self.iterations``), so that a captured step stays right.

    The parameters are packed into flat arenas. A class that defines ``update_step`` together with
    ``elementwise = True`` is called once with a whole flat arena as ``variable``, and finds its slots by
    ``self.slot(name, variable)``; any other is called once for each variable.

    Args:
        learning_rate: a number, a schedule, or a function without arguments.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency,
            loss_scale_factor, gradient_accumulation_steps, name, lr, decay: see ``CommonOptions``.

    Raises:
        ArgumentError: for values that cannot work, or an argument that does not exist.

    Example:
        >>> class SignDescent(Optimizer):
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         self.assign_sub(variable, learning_rate * gradient.sign())
        >>> weight = Variable([1.0, -1.0])
        >>> SignDescent(learning_rate=0.5).apply([torch.tensor([3.0, -2.0])], [weight])
        >>> weight.numpy().tolist()
        [0.5, -0.5]
    """

    elementwise: bool = False
    _may_skip = False  # whether somebody may undo a step, as loss scaling does

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        old_name = kwargs.pop("lr", None)
        if old_name is not None:
            legacy.note("lr=", "learning_rate=")
        learning_rate = learning_rate if old_name is None else old_name
        decay = kwargs.pop("decay", None) or 0.0
        if decay:
            legacy.note("decay=", "learning_rate=keras.optimizers.schedules.InverseTimeDecay(…)")
        for written_by_keras_2 in ("jit_compile", "is_legacy_optimizer"):
            kwargs.pop(written_by_keras_2, None)
        if kwargs:
            known = [*inspect.signature(type(self)).parameters, *OPTION_NAMES, "learning_rate"]
            raise UnknownArgumentError(type(self).__name__, kwargs, [k for k in known if k not in ("args", "options")])
        self._variables: list[Variable] = []
        self._building = False
        self.name = name or auto_name(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        _check_options(self.__dict__)
        self._iterations = Variable(0, dtype="int64", trainable=False, name="iteration")
        self._iterations.path = f"{self.name}/iteration"
        self._rate = LearningRate(learning_rate, decay, path=f"{self.name}/learning_rate")
        if self._rate.variable is not None:
            self._track(self._rate.variable)
        self._exclusions = DecayExclusions()
        self._reset_state()

    # --- one step -------------------------------------------------------------------------------------------------

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple[Any, torch.Tensor]], *args: Any, **kwargs: Any
    ) -> Variable:
        """Update variables by pairs of gradient and variable; returns the step counter. Other arguments are Keras 2's."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self._iterations

    def apply(self, grads: Iterable[Any], trainable_variables: Iterable[torch.Tensor] | None = None) -> None:
        """Update variables by their gradients.

        Args:
            grads: a gradient for each variable; None skips that variable.
            trainable_variables: the variables; default those that the optimizer was built with.

        Raises:
            NotBuiltError: without variables before ``build``.
            ArgumentError: when the numbers differ, or when no variable has a gradient.
            ShapeError: for a gradient that is not of its variable's shape.
        """
        gradients = list(grads)
        if not gradients:
            return
        with torch.no_grad():
            layout = self._receive(gradients, trainable_variables)
            self._step(layout)

    def _step(self, layout: Layout) -> None:
        """One step with the gradients that have been received."""
        self._begin_step()
        if self.gradient_accumulation_steps:
            accumulate(self, layout, self.gradient_accumulation_steps)
        else:
            self._update(layout)
        if self.use_ema:
            update_average(self, self._state.layout(self._trainable_variables))
        for variable in layout.variables:
            constraint = getattr(variable, "constraint", None)
            if constraint is not None:
                variable.copy_(constraint(variable))
        self._end_step()

    def _receive(self, gradients: list[Any], variables: Iterable[torch.Tensor] | None) -> Layout:
        """Put the gradients into the flat gradient; the layout of the variables that have one."""
        known = self._known_variables(len(gradients), variables)
        given = [v for v, g in zip(known, gradients) if g is not None]
        if not given:
            raise ArgumentError("No gradients were provided for any variable. Does the loss depend on the weights?")
        if len(given) < len(known):
            _warn_missing([v for v, g in zip(known, gradients) if g is None])
        layout = self._state.layout(given)
        if not layout.in_place():  # a module was moved, or someone assigned to .data
            self._state.add_parameters(known)
            layout = self._state.layout(given)
        for view, gradient in zip(layout.gradients, (g for g in gradients if g is not None)):
            if gradient is not view:
                _load(view, gradient)
        if self.loss_scale_factor is not None:
            for segment in layout.segments:
                segment.gradient.div_(self.loss_scale_factor)
        return layout

    def _known_variables(self, count: int, variables: Iterable[torch.Tensor] | None) -> list[torch.Tensor]:
        """The variables that gradients came for; those that the optimizer has not seen yet are built."""
        if variables is None:
            if not self.built:
                raise NotBuiltError("Gradients came without variables. Try: optimizer.build(variables) first")
            known = self._trainable_variables
        else:
            known = list(variables)
            if not self.built:
                self.build(known)
            new = [v for v in known if id(v) not in self._indices]
            if new:
                self.build([*self._trainable_variables, *new])
        if len(known) != count:
            raise ArgumentError(f"Expected a gradient for each of {len(known)} variables. Received: {count} gradients")
        return known

    def _begin_step(self) -> None:
        if is_capturing():
            note_optimizer(self)  # whoever captures fills step_size before every replay
        else:
            self.step_size.fill_(self.learning_rate_at(self._iterations_on_host()))

    def _end_step(self) -> None:
        self._iterations.add_(1)
        if not is_capturing():
            self._seen_iterations = (self._iterations._version, self._seen_iterations[1] + 1)

    def _iterations_on_host(self) -> int:
        # Reading the counter waits for the device, so it is read only after somebody else has changed it.
        if self._iterations._version != self._seen_iterations[0]:
            self._seen_iterations = (self._iterations._version, int(self._iterations))
        return self._seen_iterations[1]

    def _update(self, layout: Layout) -> None:
        """Clip, decay, and update the weights by what the flat gradient holds."""
        segments = layout.segments
        if self.clipnorm:
            clip_each_norm(layout.gradients, self.clipnorm)
        elif self.global_clipnorm:
            clip_global_norm([segment.gradient for segment in segments], self.global_clipnorm)
        elif self.clipvalue:
            clip_by_value([segment.gradient for segment in segments], self.clipvalue)
        version = (self.weight_decay, self._exclusions)
        apply_weight_decay(layout, self.weight_decay_of, self.step_size, version)
        self.begin_update()
        if self.elementwise and _updates_flat(type(self)):
            self._flat = {id(segment.parameters): segment for segment in segments}
            for segment in segments:
                self.update_step(segment.gradient, segment.parameters, self.step_size)
            self._flat = {}
        else:
            for gradient, variable in zip(layout.gradients, layout.variables):
                self.update_step(gradient, variable, self.step_size)

    def begin_update(self) -> None:
        """Called once before the calls of ``update_step``; for state that all variables share."""

    def update_step(self, gradient: torch.Tensor, variable: torch.Tensor, learning_rate: torch.Tensor) -> None:
        """Change a variable and its slots in place.

        Args:
            gradient: of the variable's shape; clipped, and free to be overwritten.
            variable: the variable, or a flat arena when the class is ``elementwise``; already decayed.
            learning_rate: 0-d float32 tensor, the rate of this step.
        """
        raise NotImplementedError(
            f"{type(self).__name__} needs a method update_step(gradient, variable, learning_rate)"
        )

    # --- what subclasses written for Keras call -------------------------------------------------------------------

    def assign(self, variable: torch.Tensor, value: Any) -> None:
        """Set a variable."""
        variable.copy_(value)

    def assign_add(self, variable: torch.Tensor, value: Any) -> None:
        """Add to a variable."""
        variable.add_(value)

    def assign_sub(self, variable: torch.Tensor, value: Any) -> None:
        """Subtract from a variable."""
        variable.sub_(value)

    # --- settings -------------------------------------------------------------------------------------------------

    @property
    def iterations(self) -> torch.Tensor:
        """How many updates have been made, 0-d int64; steps over ``gradient_accumulation_steps`` when that is set."""
        if self.gradient_accumulation_steps:
            return self._iterations // self.gradient_accumulation_steps
        if self._may_skip and is_capturing():
            # A copy, which whoever captures does not take for the count of steps that is known beforehand.
            return self._iterations.clone()
        return self._iterations

    @iterations.setter
    def iterations(self, value: Any) -> None:
        self._iterations.assign(int(value))

    @property
    def learning_rate(self) -> Any:
        """The variable that keeps the rate, or the present value of the schedule or function."""
        return self._rate.current(self._iterations)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        before = self._rate.variable
        self._rate.set(value)
        if before is not None and self._rate.variable is None:
            self._variables[:] = [v for v in self._variables if v is not before]

    lr = learning_rate

    @property
    def _learning_rate(self) -> Any:
        return self._rate.source

    def learning_rate_at(self, step: int) -> float:
        """The learning rate of a step (counted from 0, every ``apply`` counts), decay included."""
        return self._rate.at(step)

    @property
    def decay(self) -> float:
        """Keras 2's decay: the rate is divided by ``1 + decay * step``."""
        return self._rate.decay

    @decay.setter
    def decay(self, value: float) -> None:
        self._rate.decay = float(value)

    def exclude_from_weight_decay(
        self, var_list: Iterable[torch.Tensor] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave some variables out of weight decay; call it before the optimizer is built.

        Args:
            var_list: the variables.
            var_names: regular expressions that their names are searched for, such as ``["bias"]``.
        """
        if self.built:
            raise ArgumentError("exclude_from_weight_decay works only before the optimizer is built.")
        self._exclusions = DecayExclusions(var_list or (), var_names or ())

    def weight_decay_of(self, variable: torch.Tensor) -> float | None:
        """The weight decay of one variable, or None."""
        if not self.weight_decay or self._exclusions.excludes(variable):
            return None
        return self.weight_decay

    def scale_loss(self, loss: torch.Tensor) -> torch.Tensor:
        """The loss that gradients are to be taken of: times ``loss_scale_factor``."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def finalize_variable_values(self, var_list: Iterable[torch.Tensor]) -> None:
        """Set the variables to their moving average, when there is one; called when training ends."""
        if self.use_ema:
            with torch.no_grad():
                overwrite_by_average(self, list(var_list))


def _updates_flat(cls: type) -> bool:
    """Whether the class that defines ``update_step`` says that it is elementwise; a subclass's own need not be."""
    for base in cls.__mro__:
        if "update_step" in base.__dict__:
            return bool(base.__dict__.get("elementwise", False))
    return False


def _load(view: torch.Tensor, gradient: Any) -> None:
    if not isinstance(gradient, torch.Tensor):
        gradient = torch.as_tensor(np.asarray(gradient))
    if gradient.shape != view.shape:
        raise ShapeError(f"Expected a gradient of shape {tuple(view.shape)}. Received: {tuple(gradient.shape)}")
    view.copy_(gradient.to_dense() if gradient.is_sparse else gradient)


def _warn_missing(variables: Sequence[torch.Tensor]) -> None:
    names = [path_of(v) for v in variables]
    warnings.warn(
        f"Gradients do not exist for variables {names} when minimizing the loss. If you use model.compile(), did you "
        "forget to provide a loss?",
        stacklevel=4,
    )


def _check_options(options: Mapping[str, Any]) -> None:
    given = [name for name in ("clipnorm", "clipvalue", "global_clipnorm") if options[name] is not None]
    if len(given) > 1:
        raise ArgumentError(f"Expected at most one of clipnorm, clipvalue and global_clipnorm. Received: {given}")
    steps = options["gradient_accumulation_steps"]
    if steps and not steps >= 2:
        raise ArgumentError(f"Expected gradient_accumulation_steps to be 2 or more. Received: {steps}")
    if options["use_ema"]:
        momentum, frequency = options["ema_momentum"], options["ema_overwrite_frequency"]
        if not 0 <= momentum <= 1:
            raise ArgumentError(f"Expected ema_momentum to be from 0 to 1. Received: {momentum}")
        if frequency and (not isinstance(frequency, int) or frequency < 1):
            raise ArgumentError(f"Expected ema_overwrite_frequency to be 1 or more, or None. Received: {frequency}")
