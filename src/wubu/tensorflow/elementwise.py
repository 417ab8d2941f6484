"""Functions of one or two numbers, applied to each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.ops.nn import activations
from wubu.tensorflow import operators as rules
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.operators import Binary
from wubu.tensorflow.tensor import type_of

FLOATS = ["bfloat16", "float16", "float32", "float64"]
COMPLEX = [*FLOATS, "complex64", "complex128"]
_WHOLE = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
REAL = [*FLOATS, *_WHOLE]
NUMBERS = [*COMPLEX, *_WHOLE]


def unary(
    name: str, function: Callable[[torch.Tensor], torch.Tensor], formula: str, allowed: list[str] = COMPLEX, kernel: str = ""
) -> Callable[..., Any]:
    """A function of one tensor under TensorFlow's name.

    Args:
        name: its name.
        function: on a plain tensor.
        formula: what it computes, for its documentation.
        allowed: the types that it takes.
        kernel: TensorFlow's name of the operation in messages; default made from the name.
    """
    rule = Binary(kernel or name.title().replace("_", ""), function, allowed)

    def apply(x: Any) -> torch.Tensor:
        value = convert(x, "bool") if allowed == ["bool"] and not isinstance(x, torch.Tensor) else convert(x)
        rule.check_type(type_of(value))
        return function(value)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"{formula}, elementwise."
    return api(apply, text="reads")


def binary(name: str, rule: Callable[..., Any], formula: str, text: bool = False) -> Callable[..., Any]:
    """A function of two tensors under TensorFlow's name."""

    def apply(x: Any, y: Any) -> torch.Tensor:
        return rule(x, y)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"{formula}, elementwise with broadcasting; both have one type."
    return api(apply, text="reads" if text else None)


acos = unary("acos", torch.acos, "The angle whose cosine is x")
acosh = unary("acosh", torch.acosh, "The inverse of the hyperbolic cosine")
asin = unary("asin", torch.asin, "The angle whose sine is x")
asinh = unary("asinh", torch.asinh, "The inverse of the hyperbolic sine")
atan = unary("atan", torch.atan, "The angle whose tangent is x")
atanh = unary("atanh", torch.atanh, "The inverse of the hyperbolic tangent")
ceil = unary("ceil", lambda x: torch.ceil(x.detach()), "The smallest whole number that is not below x", FLOATS)
cos = unary("cos", torch.cos, "The cosine of x")
cosh = unary("cosh", torch.cosh, "The hyperbolic cosine of x")
digamma = unary("digamma", torch.digamma, "The derivative of the logarithm of the gamma function", FLOATS)
erf = unary("erf", torch.erf, "The error function", FLOATS)
erfc = unary("erfc", torch.erfc, "1 - erf(x)", FLOATS)
erfcinv = unary("erfcinv", lambda x: torch.erfinv(1 - x), "The inverse of erfc", FLOATS)
erfinv = unary("erfinv", torch.erfinv, "The inverse of the error function", FLOATS)
exp = unary("exp", torch.exp, "e^x")
expm1 = unary("expm1", torch.expm1, "e^x - 1, exact near 0")
floor = unary("floor", lambda x: torch.floor(x.detach()), "The largest whole number that is not above x", FLOATS)
is_finite = unary("is_finite", torch.isfinite, "Whether x is neither infinite nor NaN", FLOATS, "IsFinite")
is_inf = unary("is_inf", torch.isinf, "Whether x is infinite", FLOATS, "IsInf")
is_nan = unary("is_nan", torch.isnan, "Whether x is NaN", FLOATS, "IsNan")
lgamma = unary("lgamma", torch.lgamma, "The logarithm of the absolute value of the gamma function", FLOATS)
log = unary("log", torch.log, "The natural logarithm of x")
log1p = unary("log1p", torch.log1p, "log(1 + x), exact near 0")
log_sigmoid = unary("log_sigmoid", activations.log_sigmoid, "log(1 / (1 + e^-x))", FLOATS)
logical_not = unary("logical_not", torch.logical_not, "Whether x is false", ["bool"], "LogicalNot")
ndtri = unary("ndtri", torch.special.ndtri, "The quantile function of the normal distribution", FLOATS)
negative = unary("negative", torch.neg, "-x", NUMBERS, "Neg")
reciprocal = unary("reciprocal", torch.reciprocal, "1 / x", COMPLEX)
rint = unary("rint", lambda x: torch.round(x.detach()), "The nearest whole number, halves to the even one", FLOATS)
rsqrt = unary("rsqrt", torch.rsqrt, "1 / √x")
sin = unary("sin", torch.sin, "The sine of x")
sinh = unary("sinh", torch.sinh, "The hyperbolic sine of x")
softplus = unary("softplus", activations.softplus, "log(e^x + 1)", FLOATS)
softsign = unary("softsign", activations.softsign, "x / (|x| + 1)", FLOATS)
sqrt = unary("sqrt", torch.sqrt, "√x")
square = unary("square", torch.square, "x²", NUMBERS)
tan = unary("tan", torch.tan, "The tangent of x")
tanh = unary("tanh", torch.tanh, "The hyperbolic tangent of x")
bessel_i0 = unary("bessel_i0", torch.special.i0, "The modified Bessel function of order 0", FLOATS)
bessel_i0e = unary("bessel_i0e", torch.special.i0e, "bessel_i0(x) · e^-|x|", FLOATS)
bessel_i1 = unary("bessel_i1", torch.special.i1, "The modified Bessel function of order 1", FLOATS)
bessel_i1e = unary("bessel_i1e", torch.special.i1e, "bessel_i1(x) · e^-|x|", FLOATS)
bessel_j0 = unary("bessel_j0", torch.special.bessel_j0, "The Bessel function of order 0", FLOATS)
bessel_j1 = unary("bessel_j1", torch.special.bessel_j1, "The Bessel function of order 1", FLOATS)
bessel_y0 = unary("bessel_y0", torch.special.bessel_y0, "The Bessel function of the second kind, order 0", FLOATS)
bessel_y1 = unary("bessel_y1", torch.special.bessel_y1, "The Bessel function of the second kind, order 1", FLOATS)
bessel_k0 = unary("bessel_k0", torch.special.modified_bessel_k0, "The modified Bessel function K of order 0", FLOATS)
bessel_k1 = unary("bessel_k1", torch.special.modified_bessel_k1, "The modified Bessel function K of order 1", FLOATS)
invert = unary("invert", torch.bitwise_not, "Every bit flipped", _WHOLE, "Invert")


def _sigmoid(x: torch.Tensor) -> torch.Tensor:
    return torch.sigmoid(x) if x.is_complex() else activations.sigmoid(x)


def _round(x: torch.Tensor) -> torch.Tensor:
    return torch.round(x.detach()) if x.dtype.is_floating_point else x


sigmoid = unary("sigmoid", _sigmoid, "1 / (1 + e^-x)")
round = unary("round", _round, "The nearest whole number, halves to the even one", NUMBERS)  # noqa: A001


def _sign(x: torch.Tensor) -> torch.Tensor:
    if x.is_complex():
        return torch.sgn(x)
    return torch.where(torch.isnan(x), x, torch.sign(x)) if x.dtype.is_floating_point else torch.sign(x)


abs = unary("abs", torch.abs, "|x|", NUMBERS)  # noqa: A001
sign = unary("sign", _sign, "-1, 0 or 1; x / |x| for complex numbers", NUMBERS)


@api
def angle(input: Any) -> torch.Tensor:
    """The angle of complex numbers in radians; 0 or π for real ones."""
    return torch.angle(convert(input))


@api
def conj(x: Any) -> torch.Tensor:
    """The complex conjugate."""
    return torch.conj(convert(x)).resolve_conj()


@api
def real(input: Any) -> torch.Tensor:
    """The real part."""
    x = convert(input)
    return torch.real(x).clone() if x.is_complex() else x


@api
def imag(input: Any) -> torch.Tensor:
    """The imaginary part; zeros for real numbers."""
    x = convert(input)
    return torch.imag(x).clone() if x.is_complex() else torch.zeros_like(x)


add = binary("add", rules.add_or_join, "x + y; text is joined", text=True)
subtract = binary("subtract", rules.SUBTRACT, "x - y")
multiply = binary("multiply", rules.MULTIPLY, "x · y")
pow = binary("pow", rules.POWER, "x^y")  # noqa: A001
floordiv = binary("floordiv", rules.FLOOR_DIVIDE, "The largest whole number not above x / y")
floormod = mod = binary("floormod", rules.REMAINDER, "The remainder of x / y, with the sign of y")
less = binary("less", rules.LESS, "Whether x < y")
less_equal = binary("less_equal", rules.LESS_EQUAL, "Whether x ≤ y")
greater = binary("greater", rules.GREATER, "Whether x > y")
greater_equal = binary("greater_equal", rules.GREATER_EQUAL, "Whether x ≥ y")
logical_and = binary("logical_and", rules.LOGICAL_AND, "Whether both are true")
logical_or = binary("logical_or", rules.LOGICAL_OR, "Whether either is true")
logical_xor = binary("logical_xor", rules.LOGICAL_XOR, "Whether exactly one is true")
bitwise_and = binary("bitwise_and", rules.BITWISE_AND, "Bits that are set in both")
bitwise_or = binary("bitwise_or", rules.BITWISE_OR, "Bits that are set in either")
bitwise_xor = binary("bitwise_xor", rules.BITWISE_XOR, "Bits that are set in exactly one")


def _divides(x: Any, y: Any) -> torch.Tensor:
    return rules.DIVIDE(x, y)


truediv = binary("truediv", _divides, "x / y; whole numbers become float64 (float32 for small types)")
divide = binary("divide", _divides, "x / y; whole numbers become float64 (float32 for small types)")


def _rule(name: str, function: Callable[..., Any], allowed: list[str], mismatch: Any = None) -> Binary:
    return rules.broadcasting(name, function, allowed, mismatch=mismatch)


def _truncated(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if not a.dtype.is_floating_point:
        rules.no_zero(b)
    return torch.div(a, b, rounding_mode="trunc")


def _squared_difference(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.square(a - b)


def _no_nan(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if not a.dtype.is_floating_point and not a.is_complex():
        if a.dtype is torch.bool:
            raise TypeError("Invalid dtype tf.bool in tf.math.divide_no_nan. Expected a type of numbers")
        a, b = a.to(torch.float64), b.to(torch.float64)
    safe = torch.where(b == 0, torch.ones_like(b), b)
    return torch.where(b == 0, torch.zeros((), dtype=a.dtype, device=a.device), a / safe)


def _multiply_no_nan(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.where(b == 0, torch.zeros((), dtype=a.dtype, device=a.device), a * b)


def _xdivy(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.where(a == 0, torch.zeros((), dtype=a.dtype, device=a.device), a / torch.where(a == 0, 1.0, b))


maximum = binary("maximum", _rule("Maximum", torch.maximum, REAL), "The larger of the two")
minimum = binary("minimum", _rule("Minimum", torch.minimum, REAL), "The smaller of the two")
atan2 = binary("atan2", _rule("Atan2", torch.atan2, FLOATS), "The angle of the point (y, x)")
realdiv = binary("realdiv", _rule("RealDiv", torch.true_divide, COMPLEX), "x / y")
truncatediv = binary("truncatediv", _rule("TruncateDiv", _truncated, NUMBERS), "x / y without its fraction")
truncatemod = binary("truncatemod", _rule("TruncateMod", torch.fmod, REAL), "The remainder of x / y, with the sign of x")
squared_difference = binary("squared_difference", _rule("SquaredDifference", _squared_difference, NUMBERS), "(x - y)²")
divide_no_nan = binary("divide_no_nan", _rule("DivNoNan", _no_nan, [*NUMBERS, "bool"], TypeError), "x / y, and 0 where y is 0")
_times = _rule("MulNoNan", _multiply_no_nan, COMPLEX, ValueError)
multiply_no_nan = binary("multiply_no_nan", _times, "x · y, and 0 where y is 0")
xdivy = binary("xdivy", _rule("Xdivy", _xdivy, COMPLEX), "x / y, and 0 where x is 0")
xlogy = binary("xlogy", _rule("Xlogy", torch.xlogy, FLOATS), "x · log(y), and 0 where x is 0")
xlog1py = binary("xlog1py", _rule("Xlog1py", torch.special.xlog1py, FLOATS), "x · log(1 + y), and 0 where x is 0")
nextafter = binary("nextafter", _rule("NextAfter", torch.nextafter, ["float32", "float64"]), "The next number towards y")
igamma = binary("igamma", _rule("Igamma", torch.special.gammainc, FLOATS), "The lower regularised gamma function")
igammac = binary("igammac", _rule("Igammac", torch.special.gammaincc, FLOATS), "The upper regularised gamma function")
zeta = binary("zeta", _rule("Zeta", torch.special.zeta, FLOATS), "The Hurwitz zeta function")
left_shift = binary("left_shift", _rule("LeftShift", torch.bitwise_left_shift, _WHOLE), "x · 2^y")
right_shift = binary("right_shift", _rule("RightShift", torch.bitwise_right_shift, _WHOLE), "x / 2^y, rounded down")


@api(text="reads")
def equal(x: Any, y: Any) -> Any:
    """Whether x = y, elementwise; text is compared as well."""
    return _compared(x, y, rules.EQUAL)


@api(text="reads")
def not_equal(x: Any, y: Any) -> Any:
    """Whether x ≠ y, elementwise; text is compared as well."""
    return _compared(x, y, rules.NOT_EQUAL)


def _compared(x: Any, y: Any, rule: Binary) -> Any:
    a = convert(x)
    if type_of(a).torch is None:
        same = rules.same_text(a, y)
        return same if rule is rules.EQUAL else torch.logical_not(same)
    return rule(x, y)


@api
def reciprocal_no_nan(x: Any) -> torch.Tensor:
    """1 / x, and 0 where x is 0."""
    value = convert(x)
    return _no_nan(torch.ones_like(value), value)


@api
def polygamma(a: Any, x: Any) -> torch.Tensor:
    """The derivatives of the digamma function, of order a."""
    order, value = convert(a), convert(x)
    order, value = torch.broadcast_tensors(order, value)
    made = torch.special.zeta(order + 1, value) * torch.exp(torch.lgamma(order + 1)) * torch.where(order % 2 == 0, -1.0, 1.0)
    return torch.where(order == 0, torch.digamma(value), made.to(value.dtype))


@api
def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any) -> torch.Tensor:
    """x, but at least the one and at most the other."""
    x = convert(t)
    low, high = convert(clip_value_min, hint=type_of(x)), convert(clip_value_max, hint=type_of(x))
    rules.LESS.operands(x, low)
    rules.LESS.operands(x, high)
    return torch.minimum(torch.maximum(x, low), high)


@api
def scalar_mul(scalar: Any, x: Any) -> torch.Tensor:
    """A number times a tensor."""
    return rules.MULTIPLY(x, scalar)


@api
def add_n(inputs: Any) -> torch.Tensor:
    """The sum of a list of tensors of one shape."""
    parts = [inputs] if isinstance(inputs, torch.Tensor) else [convert(part) for part in inputs]
    if not parts:
        raise ValueError("Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape.")
    total = parts[0]
    for part in parts[1:]:
        total = rules.ADD(total, part)
    return total


@api
def polyval(coeffs: Any, x: Any) -> torch.Tensor:
    """The polynomial whose coefficients are given, the highest power first."""
    value = convert(x)
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    total = torch.zeros_like(value)
    for coefficient in coeffs:
        total = total * value + convert(coefficient, hint=type_of(value))
    return total


@api
def betainc(a: Any, b: Any, x: Any) -> torch.Tensor:
    """The regularised incomplete beta function, by the integral's continued fraction."""
    p, q, z = torch.broadcast_tensors(convert(a).double(), convert(b).double(), convert(x).double())
    swap = z > (p + 1) / (p + q + 2)
    p, q, z = torch.where(swap, q, p), torch.where(swap, p, q), torch.where(swap, 1 - z, z)
    front = torch.exp(torch.lgamma(p + q) - torch.lgamma(p) - torch.lgamma(q) + torch.xlogy(p, z) + q * torch.log1p(-z)) / p
    made = front * _beta_fraction(p, q, z)
    return torch.where(swap, 1 - made, made).to(convert(x).dtype)


def _beta_fraction(p: torch.Tensor, q: torch.Tensor, z: torch.Tensor, terms: int = 200) -> torch.Tensor:
    """The continued fraction of the incomplete beta function (Lentz's method)."""
    tiny = 1e-300
    d = 1 / (1 - (p + q) * z / (p + 1)).clamp(min=tiny)
    c = torch.ones_like(p)
    total = d
    for m in range(1, terms):
        even = m * (q - m) * z / ((p + 2 * m - 1) * (p + 2 * m))
        d = 1 / (1 + even * d)
        c = 1 + even / c
        total = total * d * c
        odd = -(p + m) * (p + q + m) * z / ((p + 2 * m) * (p + 2 * m + 1))
        d = 1 / (1 + odd * d)
        c = 1 + odd / c
        total = total * d * c
    return total
