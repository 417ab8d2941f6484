"""``tf.Variable``: wubu's Variable as TensorFlow shows it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from wubu.core.names import auto_name
from wubu.core.variable import Variable as CoreVariable
from wubu.tensorflow.callers import from_library
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.indexing import get_item
from wubu.tensorflow.naming import creators, prefixed, without_creators
from wubu.tensorflow.operators import install
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import Eager, Tensor, adopt, numpy_text, plain_shape, run, shown, stripped, type_of


class Variable(Eager, CoreVariable):  # type: ignore[override, misc]
    """A tensor that changes in place.

    Args:
        initial_value: a value, or a function without arguments that gives one.
        trainable: whether gradient tapes watch it by themselves. Default True.
        name: default ``Variable``.
        dtype: default the value's own.
        constraint: a function that projects the value after an optimizer's update.
        shape: what ``assign`` accepts; default the value's own.
        validate_shape, caching_device, variable_def, import_scope, synchronization, aggregation: accepted.

    Example:
        >>> v = tf.Variable([1.0, 2.0])
        >>> v.assign_add([1.0, 1.0]).numpy()
        array([2., 3.], dtype=float32)
    """

    def __new__(  # type: ignore[misc]
        cls,
        initial_value: Any = None,
        trainable: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
        experimental_enable_variable_lifting: Any = None,
    ) -> Variable:
        if creators:
            return cls._by_creators(
                initial_value=initial_value, trainable=trainable, validate_shape=validate_shape,
                caching_device=caching_device, name=name, variable_def=variable_def, dtype=dtype,
                import_scope=import_scope, constraint=constraint, synchronization=synchronization,
                aggregation=aggregation, shape=shape,
            )  # fmt: skip
        if initial_value is None:
            raise ValueError("The `initial_value` arg to `tf.Variable` must be specified.")
        if callable(initial_value) and not isinstance(initial_value, torch.Tensor):
            initial_value = initial_value()
        value = convert(initial_value, None if isinstance(initial_value, torch.Tensor) else dtype)
        if dtype is not None and type_of(value) != as_dtype(dtype):
            value = convert(value, dtype)
        if type_of(value).torch is None:
            raise InvalidArgumentError(
                None, None, "Variables hold numbers. Received: text. Try: a plain tensor, which holds text as well"
            )
        wants = trainable is None or bool(trainable)
        with torch.no_grad():
            copy = value.detach().clone()
        made = torch.Tensor._make_subclass(cls, copy, wants and copy.is_floating_point())
        made._describe(prefixed(name or "Variable"), wants)
        made.path = auto_name(name or "Variable")
        made.constraint = constraint
        made._static_shape = None if shape is None else TensorShape(shape)
        return made

    @classmethod
    def _by_creators(cls, **given: Any) -> Any:
        def usual(**arguments: Any) -> Variable:
            with without_creators():
                return cls(**arguments)

        make: Any = usual
        for creator in creators:
            make = partial(creator, make)
        return make(**given)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    _static_shape: TensorShape | None

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name and the number of the output, such as ``"w:0"``; the library sees the name alone."""
        return self._name if from_library() else f"{self._name}:0"

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def value(self) -> Any:  # type: ignore[override]
        """A function that gives the value as a tensor; the library sees the tensor itself, as Keras has it."""
        return self if from_library() else self.read_value

    def read_value(self) -> Tensor:
        """The value now, as a tensor of its own, through which gradients flow to the variable."""
        return adopt(torch.Tensor.clone(stripped(self)))

    initialized_value = read_value

    @property
    def initializer(self) -> None:
        """Eager variables have their value from the start."""
        return None

    @property
    def _shape_to_fit(self) -> TensorShape:
        return TensorShape(plain_shape(self)) if self._static_shape is None else self._static_shape

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Take a value of the same shape and type.

        Raises:
            ValueError: for another shape, or a tensor of another type.
            TypeError: for numbers that the type cannot hold.
        """
        given = self._given(value)
        if not self._shape_to_fit.is_compatible_with(tuple(given.shape)):
            raise ValueError(
                f"Cannot assign value to variable ' {self._name}:0': Shape mismatch.The variable shape "
                f"{self._shape_to_fit}, and the assigned value shape {TensorShape(given.shape)} are incompatible."
            )
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            if tuple(given.shape) != plain_shape(self):
                self.data = given.clone()
            else:
                self.copy_(given)
        return self if read_value else None

    def assign_add(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Add a value of the same shape and type."""
        given = self._delta(delta, "AssignAddVariableOp")
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            self.add_(given)
        return self if read_value else None

    def assign_sub(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Subtract a value of the same shape and type."""
        given = self._delta(delta, "AssignSubVariableOp")
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            self.sub_(given)
        return self if read_value else None

    def _given(self, value: Any) -> torch.Tensor:
        with torch.no_grad():
            return convert(value, type_of(self)).detach()

    def _delta(self, value: Any, operation: str) -> torch.Tensor:
        given = self._given(value)
        if tuple(given.shape) != plain_shape(self):
            own, other = ("[" + ",".join(map(str, s)) + "]" for s in (plain_shape(self), given.shape))
            raise InvalidArgumentError(
                None,
                None,
                f"Cannot update variable with shape {own} using a Tensor with shape {other}, shapes must be equal. "
                f"[Op:{operation}] name: ",
            )
        return given

    # --- parts of it --------------------------------------------------------------------------------------------------

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Variable:
        """Put values at places, as ``tf.tensor_scatter_nd_update`` does."""
        return self._scatter(indices, updates, "put")

    def scatter_nd_add(self, indices: Any, updates: Any, name: Any = None) -> Variable:
        """Add values at places."""
        return self._scatter(indices, updates, "add")

    def scatter_nd_sub(self, indices: Any, updates: Any, name: Any = None) -> Variable:
        """Subtract values at places."""
        return self._scatter(indices, updates, "subtract")

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: Any = None) -> Variable:
        """Put the rows of a ``tf.IndexedSlices``."""
        return self._scatter(_rows(sparse_delta), sparse_delta.values, "put")

    def scatter_add(  # type: ignore[override]
        self, sparse_delta: Any, use_locking: bool = False, name: Any = None
    ) -> Variable:
        """Add the rows of a ``tf.IndexedSlices``."""
        return self._scatter(_rows(sparse_delta), sparse_delta.values, "add")

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: Any = None) -> Variable:
        """Subtract the rows of a ``tf.IndexedSlices``."""
        return self._scatter(_rows(sparse_delta), sparse_delta.values, "subtract")

    def _scatter(self, indices: Any, updates: Any, how: str) -> Variable:
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            places = tuple(convert(indices).long().unbind(-1))
            values = convert(updates, type_of(self))
            if how == "subtract":
                values = -values
            self.index_put_(places, values, accumulate=how != "put")
        return self

    def gather_nd(self, indices: Any, name: Any = None) -> Tensor:
        """The parts at places."""
        return adopt(stripped(self)[tuple(convert(indices).long().unbind(-1))])

    def sparse_read(self, indices: Any, name: Any = None) -> Tensor:
        """The rows at places."""
        return adopt(stripped(self)[convert(indices).long()])

    def _assign_part(self, key: Any, value: Any) -> Variable:
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            get_item(stripped(self).detach(), key).copy_(convert(value, type_of(self)))
        return self

    # --- what is as in core, past the properties of Eager ---------------------------------------------------------------

    def numpy(self, **kwargs: Any) -> Any:
        """The value as an array, or as a NumPy number when there are no axes."""
        return Eager.numpy(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return Eager.__array__(self, dtype)

    def __repr__(self, **kwargs: Any) -> str:  # type: ignore[override]
        return (
            f"<tf.Variable '{self._name}:0' shape={self._shape_to_fit} dtype={type_of(self).name}, "
            f"numpy={numpy_text(self)}>"
        )

    def __str__(self) -> str:
        return repr(self)


def _rows(slices: Any) -> Any:
    return adopt(stripped(convert(slices.indices)).unsqueeze(-1))


install(Variable)
_sliced = Variable.__getitem__


def _get_item(self: Variable, key: Any) -> Any:
    if from_library():
        return run(torch.Tensor.__getitem__, (self, key), {})
    found = _sliced(self, key)
    found.__dict__["assign"] = partial(self._assign_part, key)
    return found


setattr(Variable, "__getitem__", _get_item)  # noqa: B010


def as_tensor(variable: torch.Tensor) -> Tensor:
    """A weight of the library as a tensor of the facade, through which gradients flow."""
    return shown(variable)
