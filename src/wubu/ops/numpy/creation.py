"""New tensors: filled, counted, spaced, or shaped as windows."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import torch

from wubu.core import settings
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op
from wubu.symbolic.keras_tensor import KerasTensor


def _shape(shape: int | Sequence[int]) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(int(d) for d in shape)


def _type(dtype: Any) -> torch.dtype:
    return torch_dtype(dtype or settings.floatx())


def zeros(shape: Any, dtype: Any = None) -> torch.Tensor:
    """A tensor of zeros."""
    return torch.zeros(_shape(shape), dtype=_type(dtype), device=default_device())


def ones(shape: Any, dtype: Any = None) -> torch.Tensor:
    """A tensor of ones."""
    return torch.ones(_shape(shape), dtype=_type(dtype), device=default_device())


def empty(shape: Any, dtype: Any = None) -> torch.Tensor:
    """A tensor with whatever was in memory."""
    return torch.empty(_shape(shape), dtype=_type(dtype), device=default_device())


def full(shape: Any, fill_value: Any, dtype: Any = None) -> torch.Tensor:
    """A tensor filled with a value (broadcast to the shape)."""
    value = as_tensor(fill_value)
    return value.to(_type(dtype)).broadcast_to(_shape(shape)).clone()


@op
def zeros_like(x: Any, dtype: Any = None) -> torch.Tensor:
    """Zeros of a tensor's shape."""
    return torch.zeros_like(as_tensor(x), dtype=None if dtype is None else torch_dtype(dtype))


@op
def ones_like(x: Any, dtype: Any = None) -> torch.Tensor:
    """Ones of a tensor's shape."""
    return torch.ones_like(as_tensor(x), dtype=None if dtype is None else torch_dtype(dtype))


@op
def empty_like(x: Any, dtype: Any = None) -> torch.Tensor:
    """A tensor of another's shape with whatever was in memory."""
    return torch.empty_like(as_tensor(x), dtype=None if dtype is None else torch_dtype(dtype))


@op
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> torch.Tensor:
    """A tensor of another's shape filled with a value."""
    x = as_tensor(x)
    kind = x.dtype if dtype is None else torch_dtype(dtype)
    return as_tensor(fill_value).to(x.device, kind).broadcast_to(x.shape).clone()


def array(x: Any, dtype: Any = None) -> torch.Tensor:
    """A value as a tensor."""
    return as_tensor(x, dtype)


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> torch.Tensor:
    """start, start + step, … below stop; with one argument, 0, 1, … below it."""
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if dtype is None:
        whole = builtins.all(
            isinstance(v, int) or (hasattr(v, "dtype") and "int" in str(v.dtype)) for v in (start, stop, step)
        )
        dtype = "int32" if whole else settings.floatx()
    values = [v.item() if hasattr(v, "item") else v for v in (start, stop, step)]
    return torch.arange(*values, dtype=torch_dtype(dtype), device=default_device())


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    """``num`` evenly spaced numbers from start to stop.

    Args:
        start, stop: numbers or tensors.
        num: how many.
        endpoint: whether stop is among them.
        retstep: whether the distance is returned as well.
        dtype: default floatx.
        axis: the new axis, when start and stop are tensors.
    """
    kind = _type(dtype)
    work = kind if kind.is_floating_point else torch.float32
    a, b = as_tensor(start).to(work), as_tensor(stop).to(work)
    parts = num - 1 if endpoint else num
    step = (b - a) / parts if parts > 0 else torch.full_like(b - a, float("nan"))
    index = torch.arange(num, dtype=work, device=a.device)
    made = a + index.reshape(-1, *([1] * (b - a).dim())) * (step if parts > 0 else torch.zeros_like(b - a))
    if endpoint and num > 1:
        made[-1] = b  # exact, whatever rounding did
    made = made.movedim(0, axis)
    if not kind.is_floating_point:
        made = made.floor()
    made = made.to(kind)
    return (made, step) if retstep else made


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10, dtype: Any = None, axis: int = 0
) -> torch.Tensor:
    """``base`` to the power of evenly spaced exponents from start to stop."""
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    return torch.pow(base, exponents).to(_type(dtype))


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> torch.Tensor:
    """Numbers from start to stop with a constant ratio."""
    a, b = as_tensor(start).to(_type(dtype)), as_tensor(stop).to(_type(dtype))
    sign = torch.sign(a)
    return (sign * torch.exp(linspace(torch.log(a.abs()), torch.log(b.abs()), num, endpoint, axis=axis))).to(
        _type(dtype)
    )


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> torch.Tensor:
    """Ones on the k-th diagonal of an N×M matrix, zeros elsewhere."""
    rows, columns = int(N), int(N if M is None else M)
    i = torch.arange(rows, device=default_device()).unsqueeze(1)
    j = torch.arange(columns, device=default_device()).unsqueeze(0)
    return (j - i == k).to(_type(dtype))


def identity(n: int, dtype: Any = None) -> torch.Tensor:
    """The n×n identity matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> torch.Tensor:
    """Ones on and below the k-th diagonal, zeros above."""
    rows, columns = int(N), int(N if M is None else M)
    return torch.ones(rows, columns, dtype=_type(dtype), device=default_device()).tril(k)


def meshgrid(*x: Any, indexing: str = "xy") -> Any:
    """Coordinate matrices from coordinate vectors; ``"xy"`` puts the second vector along the first axis."""
    if builtins.any(isinstance(v, KerasTensor) for v in x):
        from wubu.symbolic.function import record

        return record(meshgrid, *x, indexing=indexing)
    return list(torch.meshgrid(*[as_tensor(v) for v in x], indexing=indexing))


@op
def vander(x: Any, N: int | None = None, increasing: bool = False) -> torch.Tensor:
    """The matrix whose columns are powers of x."""
    return torch.vander(as_tensor(x), N, increasing)


def _window(x: Any, formula: Any) -> torch.Tensor:
    n = int(x)
    if n <= 1:
        return torch.ones(builtins.max(n, 0), dtype=_type(None), device=default_device())
    index = torch.arange(n, dtype=torch.float64, device=default_device())
    return formula(index, n - 1).to(_type(None))


def bartlett(x: Any) -> torch.Tensor:
    """The triangular window of x points: 1 - |2n/(N-1) - 1|."""
    return _window(x, lambda n, m: 1 - (2 * n / m - 1).abs())


def blackman(x: Any) -> torch.Tensor:
    """The Blackman window of x points: .42 - .5 cos(2πn/(N-1)) + .08 cos(4πn/(N-1))."""
    return _window(x, lambda n, m: 0.42 - 0.5 * torch.cos(2 * math.pi * n / m) + 0.08 * torch.cos(4 * math.pi * n / m))


def hamming(x: Any) -> torch.Tensor:
    """The Hamming window of x points: .54 - .46 cos(2πn/(N-1))."""
    return _window(x, lambda n, m: 0.54 - 0.46 * torch.cos(2 * math.pi * n / m))


def hanning(x: Any) -> torch.Tensor:
    """The Hann window of x points: .5 - .5 cos(2πn/(N-1))."""
    return _window(x, lambda n, m: 0.5 - 0.5 * torch.cos(2 * math.pi * n / m))


def kaiser(x: Any, beta: float) -> torch.Tensor:
    """The Kaiser window of x points: I0(β√(1 - (2n/(N-1) - 1)²)) / I0(β)."""
    top = torch.i0(torch.tensor(float(beta), dtype=torch.float64, device=default_device()))
    return _window(x, lambda n, m: torch.i0(beta * torch.sqrt((1 - (2 * n / m - 1) ** 2).clamp(min=0))) / top)
