"""A weight: a ``torch.nn.Parameter`` that also answers to Keras's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.budget import charge
from wubu.core.device import default_device
from wubu.core.dtypes import standardize_dtype, torch_dtype
from wubu.core.names import auto_name, scoped
from wubu.errors import ArgumentError, ShapeError

_witness: list[tuple[Variable, torch.Tensor]] | None = None


@contextmanager
def witnessed() -> Iterator[list[tuple[Variable, torch.Tensor]]]:
    """Collect the state that is made within this block, with the values that it begins with."""
    global _witness
    made: list[tuple[Variable, torch.Tensor]] = []
    before = _witness
    _witness = made
    try:
        yield made
    finally:
        _witness = before


class Variable(torch.nn.Parameter):
    """A tensor that changes in place: a weight, an optimizer's slot, the state of a metric.

    It is a torch tensor, and torch functions give plain tensors for it. Its shape is Keras's; its strides are free, so a
    convolution's kernel of shape (height, width, in, out) can lie in memory as torch's fast layout wants it.

    Args:
        initializer: a function of ``(shape, dtype)``, or the value itself (tensor, array, number, nested list).
        shape: the shape, needed with a function.
        dtype: a type's name; default floatx for functions and Python floats, else the value's own.
        trainable: whether training may change it. Integers never are.
        name: default ``variable``, ``variable_1``…

    Attributes:
        regularizer: a function of the weight that is added to the loss, or None.
        constraint: a function that projects the weight after each update, or None.
        path: the owner's path and the name, such as ``"dense/kernel"``.
    """

    path: str
    _name: str
    _trainable: bool
    regularizer: Callable[[torch.Tensor], torch.Tensor] | None
    constraint: Callable[[torch.Tensor], torch.Tensor] | None

    def __new__(
        cls,
        initializer: Any = None,
        shape: Sequence[int] | int | None = None,
        dtype: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        value = _initial_value(initializer, shape, dtype)
        trainable = bool(trainable) and value.is_floating_point()
        self = torch.Tensor._make_subclass(cls, value, trainable)
        self._describe(name or auto_name("variable"), trainable)
        if _witness is not None and not trainable:
            _witness.append((self, value.clone()))
        return self

    @classmethod
    def adopt(cls, parameter: torch.nn.Parameter, name: str) -> Variable:
        """Make a plain ``nn.Parameter`` into a Variable in place: the object stays the same one."""
        if isinstance(parameter, Variable):
            return parameter
        trainable = parameter.requires_grad
        parameter.__class__ = cls
        assert isinstance(parameter, Variable)
        parameter._describe(name, trainable)
        return parameter

    def _describe(self, name: str, trainable: bool) -> None:
        self._name, self.path = name, scoped(name)
        self.regularizer = self.constraint = None
        self._trainable = trainable

    # Parameter's own __init__ takes other arguments.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    # torch.Tensor has a read-only attribute of this name
    @property
    def name(self) -> str:  # type: ignore[override]
        """The name, such as ``"kernel"``."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def trainable(self) -> bool:
        """Whether training may change it; the layer that owns it can freeze it as well."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value) and self.is_floating_point()
        self.requires_grad_(self._trainable)

    @property
    def value(self) -> Variable:
        """The tensor itself."""
        return self

    def assign(self, value: Any) -> Variable:
        """Copy a value of the same shape into this variable, in place."""
        with torch.no_grad():
            value = self._as_operand(value)
            if tuple(value.shape) != tuple(self.shape):
                raise ShapeError(
                    f"Expected a value of shape {tuple(self.shape)} for variable {self.path!r}. "
                    f"Received: shape {tuple(value.shape)}"
                )
            self.copy_(value)
        return self

    def assign_add(self, value: Any) -> Variable:
        """Add a value to this variable, in place."""
        with torch.no_grad():
            self.add_(self._as_operand(value))
        return self

    def assign_sub(self, value: Any) -> Variable:
        """Subtract a value from this variable, in place."""
        with torch.no_grad():
            self.sub_(self._as_operand(value))
        return self

    def _as_operand(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return value
        if isinstance(value, bool | int | float) and self.dim() == 0:
            return torch.tensor(value, dtype=self.dtype, device=self.device)
        return torch.as_tensor(np.asarray(value)).to(self.device, self.dtype)

    # torch refuses numpy() of a tensor that requires a gradient; a weight is read so often that it should not.
    def numpy(self, **kwargs: Any) -> np.ndarray:
        """A copy of the value as an array of Keras's shape."""
        value = self.detach().cpu()
        if value.dtype is torch.bfloat16:
            value = value.float()
        return np.array(value.numpy())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        if id(self) in memo:
            return memo[id(self)]
        with torch.no_grad():
            copy = torch.Tensor._make_subclass(type(self), self.detach().clone(), self.requires_grad)
        for key, value in self.__dict__.items():
            setattr(copy, key, value)
        memo[id(self)] = copy
        return copy

    def __reduce_ex__(self, protocol: Any) -> Any:
        state = dict(self.__dict__)
        return _rebuild, (self.detach().clone().as_subclass(torch.Tensor), self.requires_grad, state)

    def __repr__(self, **kwargs: Any) -> str:  # type: ignore[override]
        return f"<Variable path={self.path}, shape={tuple(self.shape)}, dtype={standardize_dtype(self.dtype)}>"


def _rebuild(value: torch.Tensor, requires_grad: bool, state: dict[str, Any]) -> Variable:
    made = torch.Tensor._make_subclass(Variable, value, requires_grad)
    made.__dict__.update(state)
    return made


def _initial_value(initializer: Any, shape: Any, dtype: Any) -> torch.Tensor:
    device = default_device()
    if callable(initializer) and not isinstance(initializer, torch.Tensor):
        if shape is None:
            raise ArgumentError(
                "A variable made by an initializer needs a shape. Try: Variable(initializer, shape=(…))"
            )
        shape = (shape,) if isinstance(shape, int) else tuple(int(d) for d in shape)
        name = standardize_dtype(dtype)
        charge(shape, torch_dtype(name).itemsize)
        with torch.no_grad():
            value = initializer(shape, dtype=name)
            if not isinstance(value, torch.Tensor):
                value = torch.as_tensor(np.asarray(value))
            return value.detach().to(device=device, dtype=torch_dtype(name)).as_subclass(torch.Tensor)
    if initializer is None:
        raise ArgumentError("Expected a value or an initializer for a variable. Received: None")
    if isinstance(initializer, torch.Tensor):
        value = initializer.detach().clone().as_subclass(torch.Tensor)
    else:
        array = np.asarray(initializer)
        value = torch.tensor(array)
        if dtype is None and array.dtype == np.float64:
            value = value.to(torch_dtype(settings.floatx()))
    if dtype is not None:
        value = value.to(torch_dtype(dtype))
    return value.to(device)
