"""Variables, placeholders and their values, by the names of ``K``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu import initializers, ops
from wubu.core import settings
from wubu.core.dtypes import standardize_dtype
from wubu.core.tensors import as_tensor
from wubu.core.variable import Variable
from wubu.layers.core.input_layer import Input
from wubu.symbolic.keras_tensor import KerasTensor, is_keras_tensor
from wubu.symbolic.node import Node

__all__ = [
    "batch_get_value",
    "batch_set_value",
    "cast",
    "constant",
    "count_params",
    "dtype",
    "eye",
    "get_value",
    "int_shape",
    "is_keras_tensor",
    "is_placeholder",
    "is_sparse",
    "ndim",
    "ones",
    "ones_like",
    "placeholder",
    "print_tensor",
    "random_normal_variable",
    "random_uniform_variable",
    "set_value",
    "shape",
    "to_dense",
    "variable",
    "zeros",
    "zeros_like",
]

Shape = Sequence[int]


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Variable:
    """A variable with a value to begin with.

    Args:
        value: a number, an array, a tensor.
        dtype: default floatx.
        name: default an automatic one.
        constraint: what projects it after an update.
    """
    if isinstance(value, torch.Tensor | np.ndarray) and dtype is None:
        dtype = standardize_dtype(value.dtype)
    made = Variable(value, dtype=dtype or settings.floatx(), name=name)
    made.constraint = constraint
    return made


def placeholder(
    shape: Sequence[int | None] | None = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
    ragged: bool = False,
) -> KerasTensor:
    """A symbolic tensor whose value ``K.function`` or a model is given.

    Args:
        shape: with the batch axis, None for unknown sizes; or ``ndim`` alone.
        ndim: the number of axes.
        dtype: default floatx.
        sparse, ragged: not supported.
        name: default an automatic one.
    """
    if shape is None:
        shape = (None,) * (ndim or 0)
    return Input(batch_shape=tuple(shape), dtype=dtype, sparse=sparse or None, ragged=ragged or None, name=name)


def is_placeholder(x: Any) -> bool:
    """Whether something is a symbolic tensor that was given, rather than computed."""
    return isinstance(x, KerasTensor) and (x._keras_history is None or _node(x).is_input)


def _node(x: KerasTensor) -> Node:
    return x._keras_history.operation._inbound_nodes[x._keras_history.node_index]


def constant(value: Any, dtype: Any = None, shape: Shape | None = None, name: str | None = None) -> torch.Tensor:
    """A tensor of fixed values, spread out to a shape where one is given."""
    made = as_tensor(value, dtype or settings.floatx())
    return made if shape is None else made.expand(tuple(shape)).clone()


def zeros(shape: Shape, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable of zeros."""
    return Variable(initializers.Zeros(), tuple(shape), dtype or settings.floatx(), name=name)


def ones(shape: Shape, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable of ones."""
    return Variable(initializers.Ones(), tuple(shape), dtype or settings.floatx(), name=name)


def eye(size: int | Shape, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable that holds an identity matrix."""
    rows, columns = (size, size) if isinstance(size, int) else tuple(size)
    return Variable(torch.eye(rows, columns), dtype=dtype or settings.floatx(), name=name)


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros of a tensor's shape."""
    return ops.zeros_like(x, dtype=dtype)


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones of a tensor's shape."""
    return ops.ones_like(x, dtype=dtype)


def random_uniform_variable(
    shape: Shape, low: float, high: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable of numbers spread evenly over [low, high)."""
    return Variable(initializers.RandomUniform(low, high, seed), tuple(shape), dtype or settings.floatx(), name=name)


def random_normal_variable(
    shape: Shape, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable of numbers of a normal distribution."""
    return Variable(initializers.RandomNormal(mean, scale, seed), tuple(shape), dtype or settings.floatx(), name=name)


# --- values -------------------------------------------------------------------------------------------------------


def get_value(x: Any) -> Any:
    """The value of a variable or a tensor as an array (a number for a single one)."""
    if isinstance(x, torch.Tensor):
        return ops.convert_to_numpy(x).copy() if x.dim() else ops.convert_to_numpy(x)[()]
    return x.numpy() if hasattr(x, "numpy") else x


def set_value(x: Any, value: Any) -> None:
    """Give a variable a value."""
    x.assign(value)


def batch_get_value(tensors: Sequence[Any]) -> list[Any]:
    """The values of several variables."""
    return [get_value(x) for x in tensors]


def batch_set_value(tuples: Sequence[tuple[Any, Any]]) -> None:
    """Give several variables values.

    Args:
        tuples: pairs of variable and value.
    """
    for x, value in tuples:
        x.assign(value)


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Print a message and a tensor's values, and return the tensor."""
    if isinstance(x, KerasTensor):
        from wubu.symbolic.function import record

        return record(print_tensor, x, message, summarize)
    if not (isinstance(x, torch.Tensor) and x.is_meta):
        print(message, get_value(x))
    return x


# --- what can be known of a tensor --------------------------------------------------------------------------------


def shape(x: Any) -> tuple[int | None, ...]:
    """The sizes of a tensor; None for those of a symbolic one that are not known."""
    return ops.shape(x)


def int_shape(x: Any) -> tuple[int | None, ...]:
    """The sizes of a tensor as a tuple; None for those that are not known."""
    return tuple(None if d is None else int(d) for d in ops.shape(x))


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(ops.shape(x))


def dtype(x: Any) -> str:
    """The name of a tensor's type."""
    return ops.dtype(x)


def count_params(x: Any) -> int:
    """How many numbers a variable or a tensor holds."""
    return int(np.prod([d for d in ops.shape(x) if d is not None], dtype=np.int64))


def cast(x: Any, dtype: Any) -> Any:
    """The numbers in another type."""
    return ops.cast(x, dtype)


def is_sparse(tensor: Any) -> bool:
    """Whether a tensor is kept as its non-zero places; never here."""
    return False


def to_dense(tensor: Any) -> Any:
    """A tensor as it is; there are no others here."""
    return tensor
