"""Functions of TensorFlow 1 whose names or arguments have changed."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.dtypes import torch_dtype
from wubu.random import draws
from wubu.symbolic.function import op
from wubu.tensorflow.v1.facade import facade, falling_back
from wubu.tensorflow.v1.symbols import in_graph, type_name

__all__ = [
    "Print",
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "batch_matmul",
    "concat",
    "concat_v2",
    "constant",
    "count_nonzero",
    "div",
    "expand_dims",
    "eye",
    "fill",
    "linspace",
    "log",
    "log1p",
    "multinomial",
    "ones",
    "pack",
    "py_func",
    "random_normal",
    "random_shuffle",
    "random_uniform",
    "range",
    "reduce_all",
    "reduce_any",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "set_random_seed",
    "split",
    "squeeze",
    "to_bfloat16",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
    "truncated_normal",
    "unpack",
    "where",
    "zeros",
]


# --- values that a graph holds, or draws anew in each run ---------------------------------------------------------


@in_graph
def constant(value: Any, dtype: Any = None, shape: Any = None, verify_shape: bool = False) -> Any:
    """A tensor of fixed values; a single one is spread out to a shape where one is given."""
    return facade("constant")(value, dtype=dtype, shape=shape)


@in_graph
def zeros(shape: Any, dtype: Any = "float32") -> Any:
    """Zeros."""
    return facade("zeros")(shape, dtype=type_name(dtype))


@in_graph
def ones(shape: Any, dtype: Any = "float32") -> Any:
    """Ones."""
    return facade("ones")(shape, dtype=type_name(dtype))


@in_graph
def fill(dims: Any, value: Any) -> Any:
    """A tensor of one value."""
    return facade("fill")(dims, value)


@in_graph
def eye(num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = "float32") -> Any:
    """An identity matrix."""
    return facade("eye")(num_rows, num_columns, batch_shape, dtype=type_name(dtype))


@in_graph
def linspace(start: Any, stop: Any, num: Any) -> Any:
    """Numbers at equal distances."""
    return facade("linspace")(start, stop, num)


@in_graph
def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None) -> Any:
    """Numbers from ``start`` to before ``limit``."""
    return facade("range")(start, limit, delta, dtype=dtype)


def _sizes(shape: Any) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int) else tuple(int(d) for d in shape)


@in_graph
def random_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", seed: Any = None) -> Any:
    """Numbers of a normal distribution."""
    return draws.normal(_sizes(shape), mean, stddev, type_name(dtype))


@in_graph
def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", seed: Any = None
) -> Any:
    """Numbers of a normal distribution, none further than two standard deviations from the mean."""
    return draws.truncated_normal(_sizes(shape), mean, stddev, type_name(dtype))


@in_graph
def random_uniform(shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", seed: Any = None) -> Any:
    """Numbers spread evenly over [minval, maxval)."""
    return draws.uniform(_sizes(shape), minval, 1 if maxval is None else maxval, type_name(dtype))


@in_graph
def random_shuffle(value: Any, seed: Any = None) -> Any:
    """The rows in random order."""
    return draws.shuffle(value)


@in_graph
def multinomial(logits: Any, num_samples: int, seed: Any = None, output_dtype: Any = "int64") -> Any:
    """Draws of classes by their logits."""
    return draws.categorical(logits, num_samples, type_name(output_dtype))


def set_random_seed(seed: int) -> None:
    """Let all random numbers follow from a seed."""
    from wubu.core import seeds
    from wubu.tensorflow.v1.graph import get_default_graph

    get_default_graph().seed = seed
    seeds.set_random_seed(seed)


# --- reductions: reduction_indices and keep_dims ------------------------------------------------------------------


def _reduction(name: str) -> Any:
    def reduce(
        input_tensor: Any,
        axis: Any = None,
        keepdims: Any = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: Any = None,
    ) -> Any:
        axis = reduction_indices if axis is None else axis
        keep = keepdims if keepdims is not None else bool(keep_dims)
        return facade(own)(input_tensor, axis=axis, keepdims=keep)

    own = name
    reduce.__name__ = name
    reduce.__doc__ = f"``{name}`` with the arguments of TensorFlow 1."
    return reduce


reduce_all = _reduction("reduce_all")
reduce_any = _reduction("reduce_any")
reduce_max = _reduction("reduce_max")
reduce_mean = _reduction("reduce_mean")
reduce_min = _reduction("reduce_min")
reduce_prod = _reduction("reduce_prod")
reduce_sum = _reduction("reduce_sum")


def count_nonzero(
    input_tensor: Any = None, axis: Any = None, keepdims: Any = None, dtype: Any = "int64", **kwargs: Any
) -> Any:
    """How many are not 0."""
    axis = kwargs.get("reduction_indices") if axis is None else axis
    return facade("math.count_nonzero")(input_tensor, axis=axis, keepdims=bool(keepdims), dtype=type_name(dtype))


def argmax(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = "int64"
) -> Any:
    """The places of the largest."""
    axis = dimension if axis is None else axis
    return facade("argmax")(input, axis=0 if axis is None else axis, output_type=type_name(output_type))


def argmin(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = "int64"
) -> Any:
    """The places of the smallest."""
    axis = dimension if axis is None else axis
    return facade("argmin")(input, axis=0 if axis is None else axis, output_type=type_name(output_type))


arg_max, arg_min = argmax, argmin


# --- renamed ------------------------------------------------------------------------------------------------------


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    """A new axis of size 1."""
    return facade("expand_dims")(input, axis=dim if axis is None else axis)


def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Any:
    """Without axes of size 1."""
    return facade("squeeze")(input, axis=squeeze_dims if axis is None else axis)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """One of two values by a condition, which may be one for each row."""
    if x is None:
        return facade("where")(condition)
    return _where(condition, x, y)


@op
def _where(condition: torch.Tensor, x: Any, y: Any) -> torch.Tensor:
    from wubu.core.tensors import as_tensor

    condition, x, y = as_tensor(condition).bool(), as_tensor(x), as_tensor(y)
    if 0 < condition.dim() < x.dim():
        condition = condition.reshape(*condition.shape, *(1,) * (x.dim() - condition.dim()))
    return torch.where(condition, x, y)


def pack(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """The first name of ``stack``."""
    return facade("stack")(values, axis=axis)


def unpack(value: Any, num: Any = None, axis: int = 0, name: str | None = None) -> Any:
    """The first name of ``unstack``."""
    return facade("unstack")(value, num=num, axis=axis)


def concat(values: Any, axis: Any, name: str | None = None) -> Any:
    """Tensors one after the other along an axis; in the first versions the axis came first."""
    if isinstance(values, int):
        values, axis = axis, values
    return facade("concat")(values, axis)


def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str | None = None) -> Any:
    """A tensor in parts along an axis; in the first versions the axis came first and the tensor last."""
    if isinstance(value, int):
        value, num_or_size_splits, axis = axis, num_or_size_splits, value
    return facade("split")(value, num_or_size_splits, axis=axis)


def concat_v2(values: Any, axis: Any, name: str | None = None) -> Any:
    """The name of ``concat`` for a while."""
    return facade("concat")(values, axis)


def batch_matmul(x: Any, y: Any, adj_x: bool = False, adj_y: bool = False, name: str | None = None) -> Any:
    """``matmul`` of batches of matrices."""
    return facade("matmul")(x, y, adjoint_a=adj_x, adjoint_b=adj_y)


def log(x: Any, name: str | None = None) -> Any:
    """The natural logarithms."""
    return facade("math.log")(x)


def log1p(x: Any, name: str | None = None) -> Any:
    """``log(1 + x)``."""
    return facade("math.log1p")(x)


@op
def _div(x: Any, y: Any) -> Any:
    from wubu.core.tensors import as_tensor

    x = as_tensor(x)
    return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="floor")


def div(x: Any, y: Any, name: str | None = None) -> Any:
    """The quotient; whole numbers are divided without remainder."""
    return _div(x, y)


def _cast(name: str, dtype: str) -> Any:
    def cast(x: Any, name: str | None = None) -> Any:
        return facade("cast")(x, dtype)

    cast.__name__ = name
    cast.__doc__ = f"The numbers as {dtype}."
    return cast


to_bfloat16 = _cast("to_bfloat16", "bfloat16")
to_double = _cast("to_double", "float64")
to_float = _cast("to_float", "float32")
to_int32 = _cast("to_int32", "int32")
to_int64 = _cast("to_int64", "int64")


@op
def _print(x: Any, data: Any, message: str) -> Any:
    if not (isinstance(x, torch.Tensor) and x.is_meta):
        import sys

        print(message + "".join(f"[{d.tolist() if hasattr(d, 'tolist') else d}]" for d in data), file=sys.stderr)
    return x.clone()


def Print(
    input_: Any, data: Any, message: str | None = None, first_n: Any = None, summarize: Any = None, name: Any = None
) -> Any:
    """The tensor; each run prints others."""
    return _print(input_, list(data), message or "")


def py_func(func: Any, inp: Any, Tout: Any, stateful: bool = True, name: str | None = None) -> Any:
    """A function of arrays in the graph; nothing can be differentiated through it.

    Args:
        func: of arrays, to an array or several.
        inp: its inputs.
        Tout: the type of the output, or a list of types.
    """
    several = isinstance(Tout, list | tuple)
    kinds = [type_name(t) for t in (Tout if several else [Tout])]

    def call(*values: Any) -> Any:
        import numpy as np

        if any(isinstance(v, torch.Tensor) and v.is_meta for v in values):
            made: list[torch.Tensor] = [torch.empty((), dtype=torch_dtype(k), device="meta") for k in kinds]
        else:
            found = func(*(v.detach().cpu().numpy() if isinstance(v, torch.Tensor) else v for v in values))
            parts = found if several else [found]
            made = [torch.as_tensor(np.asarray(p)).to(torch_dtype(k)) for p, k in zip(parts, kinds)]
        return made if several else made[0]

    return in_graph(call)(*inp)


__getattr__ = falling_back(__name__, __all__, "math")
