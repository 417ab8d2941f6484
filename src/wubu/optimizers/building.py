"""How an optimizer's state is made: slots beside the parameters, and variables of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from wubu.core.device import default_device
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError
from wubu.optimizers.persistence import Persistence
from wubu.optimizers.starting_values import constant_value, initial_value
from wubu.optimizers.state import ACCUMULATOR, AVERAGE, Segment, State, path_of


def _build_again(build: Callable[..., None]) -> Callable[..., None]:
    """Let ``build`` be called any number of times, whatever a subclass's own ``build`` guards against.

    The outermost call does nothing for the variables of last time; for others it lets the whole chain run.
    """

    @functools.wraps(build)
    def outermost(self: Building, variables: Iterable[torch.Tensor]) -> None:
        variables = list(dict.fromkeys(variables))
        if self._building:
            build(self, variables)
            return
        if self.built and [*map(id, variables)] == [*map(id, self._trainable_variables)]:
            self._state.add_parameters(variables)  # a module may have been moved
            return
        self._building, self.built = True, False
        try:
            build(self, variables)
        finally:
            self._building = False
        self.built = True
        self._restore_pending()

    return outermost


class Building(Persistence):
    """The part of ``Optimizer`` that makes its state."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _build_again(cls.__dict__["build"])  # type: ignore[method-assign]

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        for found in value if isinstance(value, list | tuple) else (value,):
            if isinstance(found, Variable):
                self._track(found)

    def _reset_state(self) -> None:
        """Start without parameters and slots; what is left is what the constructor made."""
        self._state = State()
        # Not through __setattr__, which would take the model's variables for the optimizer's own.
        self.__dict__["_trainable_variables"] = []
        self._indices: dict[int, int] = {}
        self._seen_iterations: tuple[int, int] = (-1, 0)
        self._flat: dict[int, Segment] = {}
        self._building = False
        self._made_by_build: set[int] = set()
        self.step_size = torch.zeros((), dtype=torch.float32, device=default_device())
        self.built = False

    @_build_again
    def build(self, variables: Iterable[torch.Tensor]) -> None:
        """Make the state for a list of variables: their arena, the flat gradient and the slots.

        Called again with the same variables it does nothing; with others, the new ones get slots and the old slots
        stay as they are.
        """
        variables = list(dict.fromkeys(variables))
        _check_trainable(variables)
        self._state.add_parameters(variables)
        if variables:
            self._state.layout(variables)  # now, so that no captured step holds the making of its views
            self._move_counters(variables[0].device)
        self.__dict__["_trainable_variables"] = variables
        self._indices = {id(v): i for i, v in enumerate(variables)}
        if self.use_ema:
            self.add_optimizer_variables(variables, AVERAGE)
        if self.gradient_accumulation_steps:
            self.add_optimizer_variables(variables, ACCUMULATOR)
        self.built = True

    def _move_counters(self, device: torch.device) -> None:
        if self.step_size.device != device:
            self.step_size = self.step_size.to(device)
            self._iterations.data = self._iterations.data.to(device)

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Make a variable of the optimizer's own; it is saved with the optimizer."""
        value = initial_value(initializer, tuple(shape), dtype)
        variable = Variable(value, trainable=False, name=name)
        variable.path = f"{self.name}/{variable.name}"
        self._track(variable)
        return variable

    def add_variable_from_reference(
        self, reference_variable: torch.Tensor, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Make a slot: a variable of the same shape and type as a parameter, beside it in the flat state.

        Args:
            reference_variable: the parameter.
            name: the slot's name, such as ``"momentum"``. Asked for again, the slot that is there comes back.
            initializer: the slot's first values.
        """
        name = name or "var"
        found = self._state.slot(reference_variable, name)
        if found is not None:
            return found
        self._state.add_parameters([reference_variable])
        slot = self.add_variable(
            tuple(reference_variable.shape),
            initializer,
            reference_variable.dtype,
            name=f"{path_of(reference_variable).replace('/', '_').replace(':', '_')}_{name}",
        )
        constant = constant_value(initializer)
        self._state.add_slot(reference_variable, name, slot, constant or 0.0, uniform=constant is not None)
        return slot

    def add_optimizer_variables(
        self, trainable_variables: Iterable[torch.Tensor], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Make a slot for each variable, or several when ``name`` is a list; the saved order is variable by variable.

        Returns:
            A list of slots; a tuple of lists when ``name`` is a list.
        """
        names = [name] if isinstance(name, str) else list(name)
        firsts = list(initializer) if isinstance(initializer, list | tuple) else [initializer] * len(names)
        if len(firsts) != len(names):
            raise ArgumentError(f"Expected one initializer for each name. Received: {names} and {firsts}")
        made = tuple([] for _ in names)  # type: tuple[list[Variable], ...]
        for variable in trainable_variables:
            for slots, own, first in zip(made, names, firsts):
                slots.append(self.add_variable_from_reference(variable, own, first))
        return made[0] if isinstance(name, str) else made

    def slot(self, name: str, variable: torch.Tensor) -> torch.Tensor:
        """The slot of what ``update_step`` was given: a flat tensor for a flat arena, else the variable's own."""
        segment = self._flat.get(id(variable))
        if segment is not None:
            return segment.slot(name)
        found = self._state.slot(variable, name)
        if found is None:
            raise NotBuiltError(f"Expected a slot {name!r} of {variable!r}. Try: make it in build()")
        return found

    def _get_variable_index(self, variable: torch.Tensor) -> int:
        return self._indices[id(variable)]

    def _track(self, variable: Variable) -> None:
        if all(variable is not known for known in self._variables):
            self._variables.append(variable)
            if self._building:
                self._made_by_build.add(id(variable))


def _check_trainable(variables: Iterable[torch.Tensor]) -> None:
    for variable in variables:
        if not isinstance(variable, torch.Tensor) or not variable.is_floating_point():
            raise ArgumentError(f"Expected variables of a floating-point type. Received: {variable!r}")
