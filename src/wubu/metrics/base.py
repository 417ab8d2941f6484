"""What every metric is: a few tensors that batches are added to, and a number made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import wraps
from typing import Any

import torch

from wubu.core import border, policy, settings
from wubu.core.constructed import Constructed
from wubu.core.dtypes import TORCH, torch_dtype
from wubu.core.names import auto_name
from wubu.core.tensors import as_tensor
from wubu.core.variable import Variable
from wubu.errors import ArgumentError
from wubu.initializers.lookup import get as get_initializer


class Metric(metaclass=Constructed):
    """Base of metrics; subclass it with ``update_state``, ``result`` and, for saving, ``get_config``.

    The state is in variables made by ``add_variable``. ``update_state`` changes them in place, without branches on
    the data and without reading values back, so that it can be part of a captured step. Neither it nor ``result``
    records gradients.

    Args:
        name: default the class's name in snake case.
        dtype: the type to compute in, default floatx.

    Example:
        >>> class Largest(Metric):
        ...     def __init__(self, name="largest", **kwargs):
        ...         super().__init__(name=name, **kwargs)
        ...         self.value = self.add_variable((), "zeros", name="value")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.value.assign(torch.maximum(self.value, y_pred.max()))
        ...     def result(self):
        ...         return self.value
        >>> float(Largest()(None, torch.tensor([1.0, 3.0])))
        3.0
    """

    # Whether training wants it to rise ("up") or fall ("down"), where that is known; callbacks ask.
    _direction: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "update_state" in cls.__dict__:
            cls.update_state = torch.no_grad()(cls.update_state)  # type: ignore[method-assign]
        if "result" in cls.__dict__:
            cls.result = _shown(torch.no_grad()(cls.result))  # type: ignore[method-assign]

    def __init__(self, name: Any = None, dtype: Any = None) -> None:
        # Keras 3 has (dtype, name), tf.keras (name, dtype); a type's name tells them apart.
        if isinstance(name, torch.dtype) or (isinstance(name, str) and name in TORCH and dtype not in TORCH):
            name, dtype = dtype, name
        self._variables: list[Variable] = []
        self._metrics: list[Metric] = []
        self.name = name or auto_name(type(self).__name__)
        self._dtype_policy = policy.get(dtype or settings.floatx())
        self._dtype = self._dtype_policy.compute_dtype
        self._torch_dtype = torch_dtype(self._dtype)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if "_metrics" in self.__dict__ and name not in ("_metrics", "_variables"):
            self._track(value if isinstance(value, list | tuple) else [value])

    def _track(self, values: Iterable[Any]) -> None:
        for value in values:
            if isinstance(value, Variable) and all(value is not v for v in self._variables):
                self._variables.append(value)
            elif isinstance(value, Metric) and all(value is not m for m in self._metrics):
                self._metrics.append(value)

    # --- the state ------------------------------------------------------------------------------------------------

    def add_variable(
        self,
        shape: Sequence[int] = (),
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Make a variable of the metric's state.

        Args:
            shape: the sizes; () for a single number.
            initializer: its first values, a name or an initializer; None is zeros. ``reset_state`` sets zeros.
            dtype: default floatx.
            aggregation: accepted for Keras's sake.
            name: of the variable.
        """
        if "_metrics" not in self.__dict__:
            raise ArgumentError(f"{type(self).__name__}.__init__ must call super().__init__() first")
        first = get_initializer("zeros" if initializer is None else initializer)
        variable = Variable(first, shape=tuple(shape), dtype=dtype, trainable=False, name=name)
        variable.path = f"{self.name.replace('/', '>')}/{variable.name}"
        self._track([variable])
        return variable

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a variable of the metric's state: Keras 3's order (shape, initializer, …) or tf.keras's (name, shape, …)."""
        by_name = args and isinstance(args[0], str)
        order = ("name", "shape") if by_name else ("shape", "initializer", "dtype", "name")
        given = {**dict(zip(order, args)), **kwargs}
        known = ("shape", "initializer", "dtype", "name")
        return self.add_variable(**{key: value for key, value in given.items() if key in known})

    @property
    def variables(self) -> list[Variable]:
        """The variables of this metric and of the metrics it holds."""
        return [*self._variables, *(v for metric in self._metrics for v in metric.variables)]

    weights = variables

    def prepare(self, y_true: Any, y_pred: Any) -> None:
        """Make the part of the state whose shape depends on the data, before the first step is captured.

        Args:
            y_true: labels, or anything with their ``shape``.
            y_pred: predictions, or anything with their ``shape``.
        """

    def reset_state(self) -> None:
        """Set the state to zeros."""
        with torch.no_grad():
            for variable in self.variables:
                variable.zero_()

    def reset_states(self) -> None:
        """An old name of ``reset_state``."""
        self.reset_state()

    # --- use ------------------------------------------------------------------------------------------------------

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch to the state."""
        raise NotImplementedError(
            f"{type(self).__name__} needs a method update_state(y_true, y_pred, sample_weight=None)"
        )

    def result(self) -> Any:
        """The metric's value over everything added so far: a tensor, or a dictionary of tensors."""
        raise NotImplementedError(f"{type(self).__name__} needs a method result()")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch and return the value so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[torch.Tensor]:
        """The state that a batch would make of a given one; the metric's own stays as it is."""
        return self._with_state(metric_variables, lambda: self.update_state(*args, **kwargs))[1]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The value that a given state stands for."""
        return self._with_state(metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list[torch.Tensor]:
        """The state that a reset makes."""
        return self._with_state(self.variables, self.reset_state)[1]

    def _with_state(self, values: Sequence[Any], action: Any) -> tuple[Any, list[torch.Tensor]]:
        own = self.variables
        if len(values) != len(own):
            raise ArgumentError(f"Expected {len(own)} values, one for each of the variables. Received: {len(values)}")
        with torch.no_grad():
            kept = [variable.clone() for variable in own]
            try:
                for variable, value in zip(own, values):
                    variable.copy_(as_tensor(value))
                found = action()
                found = found.clone() if isinstance(found, torch.Tensor) else found
                return found, [variable.clone() for variable in own]
            finally:
                for variable, value in zip(own, kept):
                    variable.copy_(value)

    # --- configuration --------------------------------------------------------------------------------------------

    @property
    def dtype(self) -> str:
        """The type that the metric is computed in."""
        return self._dtype

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this metric again."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make a metric from what ``get_config`` gave."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _shown(result: Any) -> Any:
    """A ``result`` whose values the program sees as it wants to."""

    @wraps(result)
    def shown(self: Metric) -> Any:
        return border.result(result(self))

    return shown
