"""Functions of two numbers, applied pair by pair with broadcasting."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.ops.promotion import countable, floating, operands, tensors
from wubu.symbolic.function import op


@op
def add(x1: Any, x2: Any) -> torch.Tensor:
    """x1 + x2."""
    a, b = operands(x1, x2)
    return torch.add(a, b) if isinstance(a, torch.Tensor) else torch.add(b, a)


@op
def subtract(x1: Any, x2: Any) -> torch.Tensor:
    """x1 - x2."""
    a, b = operands(x1, x2)
    if any(isinstance(x, bool) or (isinstance(x, torch.Tensor) and x.dtype is torch.bool) for x in (a, b)):
        a, b = tensors(a, b)  # torch takes no Booleans here, whatever the other is
    return a - b


@op
def multiply(x1: Any, x2: Any) -> torch.Tensor:
    """x1 · x2."""
    a, b = operands(x1, x2)
    return torch.mul(a, b) if isinstance(a, torch.Tensor) else torch.mul(b, a)


@op
def true_divide(x1: Any, x2: Any) -> torch.Tensor:
    """x1 / x2, as floats."""
    a, b = operands(x1, x2)
    return a / b


@op
def divide(x1: Any, x2: Any) -> torch.Tensor:
    """x1 / x2, as floats; another name of ``true_divide``."""
    return true_divide(x1, x2)


@op
def divide_no_nan(x1: Any, x2: Any) -> torch.Tensor:
    """x1 / x2, and 0 where x2 is 0."""
    a, b = tensors(x1, x2)
    safe = torch.where(b == 0, torch.ones_like(b), b)
    return torch.where(b == 0, torch.zeros((), dtype=(a / safe).dtype, device=b.device), a / safe)


@op
def floor_divide(x1: Any, x2: Any) -> torch.Tensor:
    """The largest whole number not above x1 / x2."""
    a, b = tensors(x1, x2)
    return torch.floor_divide(a, b)


@op
def mod(x1: Any, x2: Any) -> torch.Tensor:
    """The remainder of x1 / x2, with the sign of x2."""
    a, b = tensors(x1, x2)
    if a.dtype is torch.bool:
        a, b = a.to(torch.int32), b.to(torch.int32)
    return torch.remainder(a, b)


@op
def fmod(x1: Any, x2: Any) -> torch.Tensor:
    """The remainder of x1 / x2, with the sign of x1."""
    return torch.fmod(*countable(*tensors(x1, x2)))


@op
def power(x1: Any, x2: Any) -> torch.Tensor:
    """x1 to the power x2."""
    a, b = operands(x1, x2)
    return torch.pow(a, b)


@op
def maximum(x1: Any, x2: Any) -> torch.Tensor:
    """The larger of the two; NaN where either is."""
    return torch.maximum(*tensors(x1, x2))


@op
def minimum(x1: Any, x2: Any) -> torch.Tensor:
    """The smaller of the two; NaN where either is."""
    return torch.minimum(*tensors(x1, x2))


@op
def fmax(x1: Any, x2: Any) -> torch.Tensor:
    """The larger of the two; where one is NaN, the other."""
    return torch.fmax(*tensors(x1, x2))


@op
def fmin(x1: Any, x2: Any) -> torch.Tensor:
    """The smaller of the two; where one is NaN, the other."""
    return torch.fmin(*tensors(x1, x2))


@op
def arctan2(x1: Any, x2: Any) -> torch.Tensor:
    """The angle of the point (x2, x1), from -π to π."""
    a, b = tensors(x1, x2)
    return torch.atan2(floating(a), floating(b))


@op
def hypot(x1: Any, x2: Any) -> torch.Tensor:
    """√(x1² + x2²)."""
    a, b = tensors(x1, x2)
    return torch.hypot(floating(a), floating(b))


@op
def logaddexp(x1: Any, x2: Any) -> torch.Tensor:
    """log(e^x1 + e^x2)."""
    a, b = tensors(x1, x2)
    return torch.logaddexp(floating(a), floating(b))


@op
def logaddexp2(x1: Any, x2: Any) -> torch.Tensor:
    """log2(2^x1 + 2^x2)."""
    a, b = tensors(x1, x2)
    return torch.logaddexp2(floating(a), floating(b))


@op
def heaviside(x1: Any, x2: Any) -> torch.Tensor:
    """0 for x1 < 0, x2 for x1 = 0, 1 for x1 > 0."""
    a, b = tensors(x1, x2)
    return torch.heaviside(floating(a), floating(b))


@op
def nextafter(x1: Any, x2: Any) -> torch.Tensor:
    """The next number after x1 towards x2."""
    a, b = tensors(x1, x2)
    return torch.nextafter(floating(a), floating(b))


@op
def ldexp(x1: Any, x2: Any) -> torch.Tensor:
    """x1 · 2^x2."""
    return torch.ldexp(floating(x1), as_tensor(x2))


@op
def gcd(x1: Any, x2: Any) -> torch.Tensor:
    """The greatest common divisor."""
    return torch.gcd(*tensors(x1, x2))


@op
def lcm(x1: Any, x2: Any) -> torch.Tensor:
    """The least common multiple."""
    return torch.lcm(*tensors(x1, x2))


@op
def bitwise_and(x: Any, y: Any) -> torch.Tensor:
    """Bits that are set in both."""
    return torch.bitwise_and(*tensors(x, y))


@op
def bitwise_or(x: Any, y: Any) -> torch.Tensor:
    """Bits that are set in either."""
    return torch.bitwise_or(*tensors(x, y))


@op
def bitwise_xor(x: Any, y: Any) -> torch.Tensor:
    """Bits that are set in exactly one."""
    return torch.bitwise_xor(*tensors(x, y))


@op
def bitwise_left_shift(x: Any, y: Any) -> torch.Tensor:
    """x · 2^y for whole numbers."""
    return torch.bitwise_left_shift(*tensors(x, y))


@op
def left_shift(x: Any, y: Any) -> torch.Tensor:
    """x · 2^y for whole numbers; another name of ``bitwise_left_shift``."""
    return torch.bitwise_left_shift(*tensors(x, y))


@op
def bitwise_right_shift(x: Any, y: Any) -> torch.Tensor:
    """x / 2^y, rounded down, for whole numbers."""
    return torch.bitwise_right_shift(*tensors(x, y))


@op
def right_shift(x: Any, y: Any) -> torch.Tensor:
    """x / 2^y, rounded down, for whole numbers; another name of ``bitwise_right_shift``."""
    return torch.bitwise_right_shift(*tensors(x, y))


@op
def equal(x1: Any, x2: Any) -> torch.Tensor:
    """x1 = x2."""
    return torch.eq(*tensors(x1, x2))


@op
def not_equal(x1: Any, x2: Any) -> torch.Tensor:
    """x1 ≠ x2."""
    return torch.ne(*tensors(x1, x2))


@op
def less(x1: Any, x2: Any) -> torch.Tensor:
    """x1 < x2."""
    return torch.lt(*tensors(x1, x2))


@op
def less_equal(x1: Any, x2: Any) -> torch.Tensor:
    """x1 ≤ x2."""
    return torch.le(*tensors(x1, x2))


@op
def greater(x1: Any, x2: Any) -> torch.Tensor:
    """x1 > x2."""
    return torch.gt(*tensors(x1, x2))


@op
def greater_equal(x1: Any, x2: Any) -> torch.Tensor:
    """x1 ≥ x2."""
    return torch.ge(*tensors(x1, x2))


@op
def logical_and(x1: Any, x2: Any) -> torch.Tensor:
    """Whether both are nonzero."""
    return torch.logical_and(as_tensor(x1), as_tensor(x2))


@op
def logical_or(x1: Any, x2: Any) -> torch.Tensor:
    """Whether either is nonzero."""
    return torch.logical_or(as_tensor(x1), as_tensor(x2))


@op
def logical_xor(x1: Any, x2: Any) -> torch.Tensor:
    """Whether exactly one is nonzero."""
    return torch.logical_xor(as_tensor(x1), as_tensor(x2))


@op
def isclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> torch.Tensor:
    """Whether |x1 - x2| ≤ atol + rtol·|x2|."""
    a, b = tensors(x1, x2)
    return torch.isclose(a, b, rtol, atol, equal_nan)


@op
def allclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> torch.Tensor:
    """Whether ``isclose`` holds everywhere, as a 0-d tensor."""
    a, b = tensors(x1, x2)
    return torch.isclose(a, b, rtol, atol, equal_nan).all()


@op
def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> torch.Tensor:
    """Whether each element of x1 occurs in x2."""
    return torch.isin(*countable(*tensors(x1, x2)), assume_unique=assume_unique, invert=invert)
