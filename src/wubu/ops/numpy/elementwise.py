"""Functions of one number, applied to each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.ops.promotion import floating
from wubu.symbolic.function import op


def _of_floats(
    name: str, function: Callable[[torch.Tensor], torch.Tensor], formula: str
) -> Callable[[Any], torch.Tensor]:
    def apply(x: Any) -> torch.Tensor:
        return function(floating(x))

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"{formula}, elementwise; whole numbers become floatx."
    return op(apply)


arccos = _of_floats("arccos", torch.acos, "The angle in [0, π] whose cosine is x")
arccosh = _of_floats("arccosh", torch.acosh, "The inverse of the hyperbolic cosine")
arcsin = _of_floats("arcsin", torch.asin, "The angle in [-π/2, π/2] whose sine is x")
arcsinh = _of_floats("arcsinh", torch.asinh, "The inverse of the hyperbolic sine")
arctan = _of_floats("arctan", torch.atan, "The angle in (-π/2, π/2) whose tangent is x")
arctanh = _of_floats("arctanh", torch.atanh, "The inverse of the hyperbolic tangent")
cbrt = _of_floats("cbrt", lambda x: x.sign() * x.abs().pow(1 / 3), "The cube root of x")
cos = _of_floats("cos", torch.cos, "The cosine of x")
cosh = _of_floats("cosh", torch.cosh, "The hyperbolic cosine of x")
deg2rad = _of_floats("deg2rad", torch.deg2rad, "Degrees as radians, x·π/180")
exp = _of_floats("exp", torch.exp, "e^x")
exp2 = _of_floats("exp2", torch.exp2, "2^x")
expm1 = _of_floats("expm1", torch.expm1, "e^x - 1, exact near 0")
i0 = _of_floats("i0", torch.i0, "The modified Bessel function of the first kind, order 0")
log = _of_floats("log", torch.log, "The natural logarithm of x")
log10 = _of_floats("log10", torch.log10, "The logarithm of x to base 10")
log1p = _of_floats("log1p", torch.log1p, "log(1 + x), exact near 0")
log2 = _of_floats("log2", torch.log2, "The logarithm of x to base 2")
rad2deg = _of_floats("rad2deg", torch.rad2deg, "Radians as degrees, x·180/π")
reciprocal = _of_floats("reciprocal", torch.reciprocal, "1 / x")
sin = _of_floats("sin", torch.sin, "The sine of x")
sinc = _of_floats("sinc", torch.sinc, "sin(πx) / (πx), and 1 at 0")
sinh = _of_floats("sinh", torch.sinh, "The hyperbolic sine of x")
sqrt = _of_floats("sqrt", torch.sqrt, "The square root of x")
tan = _of_floats("tan", torch.tan, "The tangent of x")
tanh = _of_floats("tanh", torch.tanh, "The hyperbolic tangent of x")
ceil = _of_floats("ceil", torch.ceil, "The smallest whole number that is not below x")
floor = _of_floats("floor", torch.floor, "The largest whole number that is not above x")
fabs = _of_floats("fabs", torch.abs, "The absolute value of x, as a float")


@op
def absolute(x: Any) -> torch.Tensor:
    """|x|, elementwise."""
    x = as_tensor(x)
    return x if x.dtype is torch.bool else torch.abs(x)


@op
def abs(x: Any) -> torch.Tensor:
    """|x|, elementwise; another name of ``absolute``."""
    return absolute(x)


@op
def angle(x: Any) -> torch.Tensor:
    """The angle of a complex number in radians; 0 or π for real ones."""
    return torch.angle(floating(x))


@op
def bitwise_invert(x: Any) -> torch.Tensor:
    """Every bit flipped."""
    return torch.bitwise_not(as_tensor(x))


@op
def bitwise_not(x: Any) -> torch.Tensor:
    """Every bit flipped; another name of ``bitwise_invert``."""
    return torch.bitwise_not(as_tensor(x))


@op
def conjugate(x: Any) -> torch.Tensor:
    """The complex conjugate."""
    return torch.conj(as_tensor(x)).resolve_conj()


@op
def conj(x: Any) -> torch.Tensor:
    """The complex conjugate; another name of ``conjugate``."""
    return torch.conj(as_tensor(x)).resolve_conj()


@op
def copy(x: Any) -> torch.Tensor:
    """A copy that shares no memory."""
    return torch.clone(as_tensor(x))


@op
def imag(x: Any) -> torch.Tensor:
    """The imaginary part; zeros for real numbers."""
    x = as_tensor(x)
    return torch.imag(x) if x.is_complex() else torch.zeros_like(x)


@op
def real(x: Any) -> torch.Tensor:
    """The real part."""
    x = as_tensor(x)
    return torch.real(x) if x.is_complex() else x


@op
def isreal(x: Any) -> torch.Tensor:
    """Whether the imaginary part is 0."""
    return torch.isreal(as_tensor(x))


@op
def isfinite(x: Any) -> torch.Tensor:
    """Whether x is neither infinite nor NaN."""
    return torch.isfinite(as_tensor(x))


@op
def isinf(x: Any) -> torch.Tensor:
    """Whether x is infinite."""
    return torch.isinf(as_tensor(x))


@op
def isnan(x: Any) -> torch.Tensor:
    """Whether x is NaN."""
    return torch.isnan(as_tensor(x))


@op
def isneginf(x: Any) -> torch.Tensor:
    """Whether x is minus infinity."""
    return torch.isneginf(as_tensor(x))


@op
def isposinf(x: Any) -> torch.Tensor:
    """Whether x is plus infinity."""
    return torch.isposinf(as_tensor(x))


@op
def logical_not(x: Any) -> torch.Tensor:
    """Whether x is 0."""
    return torch.logical_not(as_tensor(x))


@op
def nan_to_num(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> torch.Tensor:
    """NaN replaced by ``nan``, infinities by ``posinf`` and ``neginf`` (default: the type's largest and smallest)."""
    return torch.nan_to_num(as_tensor(x), nan=nan, posinf=posinf, neginf=neginf)


@op
def negative(x: Any) -> torch.Tensor:
    """-x."""
    return torch.neg(as_tensor(x))


@op
def round(x: Any, decimals: int = 0) -> torch.Tensor:
    """x rounded to a number of decimals, halves to the even neighbour."""
    x = as_tensor(x)
    if not x.is_floating_point():
        if decimals >= 0:
            return x
        unit = 10 ** (-decimals)
        return (torch.round(x.double() / unit) * unit).to(x.dtype)
    return torch.round(x, decimals=decimals)


@op
def sign(x: Any) -> torch.Tensor:
    """-1, 0 or 1."""
    return torch.sign(as_tensor(x))


@op
def signbit(x: Any) -> torch.Tensor:
    """Whether the sign is set (also that of -0.0)."""
    return torch.signbit(as_tensor(x))


@op
def square(x: Any) -> torch.Tensor:
    """x²."""
    x = as_tensor(x)
    return torch.square(x.to(torch.int32) if x.dtype is torch.bool else x)


@op
def trunc(x: Any) -> torch.Tensor:
    """x without its fraction."""
    x = as_tensor(x)
    return torch.trunc(x) if x.is_floating_point() else x
