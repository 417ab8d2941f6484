"""The operators of tensors and variables, with TensorFlow's rules: one type on both sides, numbers take the tensor's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.symbolic.keras_tensor import KerasTensor
from wubu.tensorflow import dtypes
from wubu.tensorflow.callers import from_library
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dispatch import api, to_facade
from wubu.tensorflow.dtypes import DType
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.indexing import get_item
from wubu.tensorflow.tensor import Eager, Tensor, type_of
from wubu.tensorflow.text import StringTensor, of_array, values_of

_NUMBERS = (
    "bfloat16 float16 float32 float64 uint8 uint16 uint32 uint64 int8 int16 int32 int64 complex64 complex128".split()
)
_REAL = [name for name in _NUMBERS if not name.startswith("complex")]
_WHOLE = [name for name in _REAL if "int" in name]
_ANY = [*_NUMBERS, "bool"]


class Binary:
    """A function of two operands.

    Args:
        name: what TensorFlow's kernel is called in messages.
        function: on two plain tensors of one type.
        allowed: the types that it takes.
        strict: whether a number that the tensor's type cannot hold is a TypeError at once.
        mismatch: what different types raise; default InvalidArgumentError.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        allowed: list[str],
        strict: bool = False,
        mismatch: type[Exception] | None = None,
    ) -> None:
        self.name, self.function, self.allowed, self.strict, self.mismatch = name, function, allowed, strict, mismatch

    def __call__(self, x: Any, y: Any) -> torch.Tensor:
        """Bring both to one type and compute; plain tensors or other values in, a plain tensor out."""
        a, b = self.operands(x, y)
        return self.function(a, b)

    def operands(self, x: Any, y: Any) -> tuple[torch.Tensor, torch.Tensor]:
        """Both as plain tensors of one type whose shapes fit.

        Raises:
            InvalidArgumentError: for different types, a type that the kernel does not take, or shapes that do not fit.
            TypeError: for a number that the other's type cannot hold, where TensorFlow says so.
        """
        if self.allowed == ["bool"]:
            a, b = (v if isinstance(v, torch.Tensor) else convert(v, dtypes.bool) for v in (x, y))
        elif isinstance(x, torch.Tensor):
            a = x
            b = y if isinstance(y, torch.Tensor) else self._like(y, a)
        elif isinstance(y, torch.Tensor):
            b = y
            a = self._like(x, b)
        else:
            a = convert(x)
            b = self._like(y, a)
        first, second = type_of(a), type_of(b)
        if first != second and self.mismatch is not None:
            raise self.mismatch(f"`x` and `y` must have the same dtype, got {first!r} != {second!r}.")
        if first != second:
            raise InvalidArgumentError(
                None,
                None,
                f"cannot compute {self.name} as input #1(zero-based) was expected to be a {first.spoken} tensor but is a "
                f"{second.spoken} tensor [Op:{self.name}] name: ",
            )
        self.check_type(first)
        return a, b

    def _like(self, value: Any, other: torch.Tensor) -> torch.Tensor:
        if self.strict:
            return convert(value, type_of(other))
        return convert(value, hint=type_of(other))

    def check_type(self, found: DType) -> None:
        """Raise InvalidArgumentError for a type that the kernel does not take."""
        if found.name not in self.allowed:
            raise InvalidArgumentError(
                None,
                None,
                f"Value for attr 'T' of {found.spoken} is not in the list of allowed values: "
                f"{', '.join(dtypes.as_dtype(name).spoken for name in self.allowed)}\n\t; NodeDef: {{{{node {self.name}}}}} "
                f"[Op:{self.name}] name: ",
            )


def shapes_fit(a: torch.Tensor, b: torch.Tensor, name: str) -> None:
    """Raise InvalidArgumentError unless two shapes broadcast."""
    for m, n in zip(reversed(a.shape), reversed(b.shape)):
        if m != n and 1 not in (m, n):
            raise InvalidArgumentError(
                None,
                None,
                f"{{{{function_node __wrapped__{name}_device_/job:localhost/replica:0/task:0/device:CPU:0}}}} Incompatible "
                f"shapes: {_listed(a.shape)} vs. {_listed(b.shape)} [Op:{name}] name: ",
            )


def _listed(shape: Any) -> str:
    return "[" + ",".join(str(n) for n in shape) + "]"


def broadcasting(
    name: str,
    function: Callable[..., Any],
    allowed: list[str],
    strict: bool = False,
    mismatch: type[Exception] | None = None,
) -> Binary:
    """A rule for a function of two operands whose shapes broadcast; see ``Binary``."""

    def checked(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        shapes_fit(a, b, name)
        return function(a, b)

    return Binary(name, checked, allowed, strict, mismatch)


def _floor_divide(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    no_zero(b)
    return torch.floor_divide(a, b)


def _remainder(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    no_zero(b)
    return torch.remainder(a, b)


def no_zero(b: torch.Tensor) -> None:
    from wubu.core.capture import is_capturing

    if not b.dtype.is_floating_point and not b.dtype.is_complex and not is_capturing() and b.device.type != "meta":
        if bool((b == 0).any()):
            raise InvalidArgumentError(None, None, "Integer division by zero [Op:FloorDiv] name: ")


def _divide(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if a.dtype is torch.bool:
        raise TypeError("Invalid dtype tf.bool in __truediv__. Expected a type of numbers")
    if a.dtype in (torch.int8, torch.uint8, torch.int16, torch.uint16):
        a, b = a.to(torch.float32), b.to(torch.float32)
    elif not a.dtype.is_floating_point and not a.dtype.is_complex:
        a, b = a.to(torch.float64), b.to(torch.float64)
    return torch.true_divide(a, b)


def _power(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.pow(a, b)


ADD = broadcasting("AddV2", torch.add, _NUMBERS)
SUBTRACT = broadcasting("Sub", torch.sub, _NUMBERS)
MULTIPLY = broadcasting("Mul", torch.mul, _NUMBERS)
DIVIDE = broadcasting("RealDiv", _divide, _ANY, mismatch=TypeError)
FLOOR_DIVIDE = broadcasting("FloorDiv", _floor_divide, _NUMBERS)
REMAINDER = broadcasting("FloorMod", _remainder, _REAL)
POWER = broadcasting("Pow", _power, _NUMBERS, strict=True)
LESS = broadcasting("Less", torch.lt, _REAL, strict=True)
LESS_EQUAL = broadcasting("LessEqual", torch.le, _REAL, strict=True)
GREATER = broadcasting("Greater", torch.gt, _REAL, strict=True)
GREATER_EQUAL = broadcasting("GreaterEqual", torch.ge, _REAL, strict=True)
EQUAL = broadcasting("Equal", torch.eq, _ANY, strict=True)
NOT_EQUAL = broadcasting("NotEqual", torch.ne, _ANY, strict=True)
LOGICAL_AND = broadcasting("LogicalAnd", torch.logical_and, ["bool"], strict=True)
LOGICAL_OR = broadcasting("LogicalOr", torch.logical_or, ["bool"], strict=True)
LOGICAL_XOR = broadcasting("LogicalXor", torch.logical_xor, ["bool"], strict=True)
BITWISE_AND = broadcasting("BitwiseAnd", torch.bitwise_and, _WHOLE, strict=True)
BITWISE_OR = broadcasting("BitwiseOr", torch.bitwise_or, _WHOLE, strict=True)
BITWISE_XOR = broadcasting("BitwiseXor", torch.bitwise_xor, _WHOLE, strict=True)


def _matrix_product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    if a.dim() < 2 or b.dim() < 2:
        raise InvalidArgumentError(
            None, None, f"In[0] and In[1] has different ndims: {_listed(a.shape)} vs. {_listed(b.shape)} [Op:MatMul] name: "
        )
    if a.shape[-1] != b.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"Matrix size-incompatible: In[0]: {_listed(a.shape)}, In[1]: {_listed(b.shape)} [Op:MatMul] name: ",
        )
    return torch.matmul(a, b)


MATMUL = Binary("MatMul", _matrix_product, ["bfloat16", "float16", "float32", "float64", *_WHOLE, "complex64", "complex128"])


# --- as methods ------------------------------------------------------------------------------------------------------


def _bits_or_truth(bits: Binary, truth: Binary) -> Callable[[Any, Any], torch.Tensor]:
    def apply(x: Any, y: Any) -> torch.Tensor:
        known = x if isinstance(x, torch.Tensor) else y
        return (truth if type_of(known) == dtypes.bool else bits)(x, y)

    return apply


def _joined_text(x: Any, y: Any) -> torch.Tensor:
    a, b = np.broadcast_arrays(values_of(x), values_of(y))
    return of_array(np.frompyfunc(lambda p, q: p + q, 2, 1)(a, b) if a.ndim else a[()] + b[()])


def add_or_join(x: Any, y: Any) -> torch.Tensor:
    """x + y of numbers, and text joined."""
    if not isinstance(x, torch.Tensor) and not isinstance(y, torch.Tensor):
        x = convert(x)
    if isinstance(x, StringTensor) or isinstance(y, StringTensor):
        return _joined_text(x, y)
    return ADD(x, y)


def same_text(x: Any, y: Any) -> torch.Tensor:
    if not isinstance(x, StringTensor):
        x, y = y, x
    if not isinstance(y, StringTensor):
        y = convert(y, dtypes.string)
    return torch.from_numpy(np.asarray(values_of(x) == values_of(y), dtype=bool))


def _equal(x: Any, y: Any) -> Any:
    if x is None or y is None:
        return False
    if isinstance(x, StringTensor) or isinstance(y, StringTensor):
        return same_text(x, y)
    a, b = EQUAL.operands(x, y)
    try:
        torch.broadcast_shapes(a.shape, b.shape)
    except RuntimeError:
        return torch.zeros((), dtype=torch.bool)
    return torch.eq(a, b)


def _not_equal(x: Any, y: Any) -> Any:
    found = _equal(x, y)
    return not found if isinstance(found, bool) else torch.logical_not(found)


def _invert(x: torch.Tensor) -> torch.Tensor:
    return torch.logical_not(x) if x.dtype is torch.bool else torch.bitwise_not(x)


def _method(function: Callable[..., Any], torchs: Any, reflected: bool = False) -> Callable[..., Any]:
    run_facade = api(function, text="reads")

    def operator(self: Any, *others: Any) -> Any:
        if any(isinstance(other, KerasTensor) or _answers_itself(other) for other in others):
            return NotImplemented
        if from_library():
            return type(self).__torch_function__(torchs, (), (self, *others))
        return run_facade(*others, self) if reflected else run_facade(self, *others)

    return operator


def _answers_itself(other: Any) -> bool:
    """Whether something that is no tensor has operators for tensors of its own, such as a RaggedTensor."""
    return hasattr(type(other), "__tf_operators__")


_METHODS: dict[str, Callable[..., Any]] = {
    "add": add_or_join,
    "sub": SUBTRACT,
    "mul": MULTIPLY,
    "truediv": DIVIDE,
    "floordiv": FLOOR_DIVIDE,
    "mod": REMAINDER,
    "pow": POWER,
    "matmul": MATMUL,
    "and": _bits_or_truth(BITWISE_AND, LOGICAL_AND),
    "or": _bits_or_truth(BITWISE_OR, LOGICAL_OR),
    "xor": _bits_or_truth(BITWISE_XOR, LOGICAL_XOR),
}
_COMPARISONS: dict[str, Callable[..., Any]] = {
    "lt": LESS,
    "le": LESS_EQUAL,
    "gt": GREATER,
    "ge": GREATER_EQUAL,
    "eq": _equal,
    "ne": _not_equal,
}
_UNARY: dict[str, Callable[..., Any]] = {"neg": torch.neg, "abs": torch.abs, "invert": _invert}


def _named(function: Any, name: str) -> Callable[..., Any]:
    def apply(*args: Any) -> Any:
        return function(*args)

    apply.__name__ = name
    return apply


def install(cls: type) -> None:
    """Give a class of the facade its operators."""
    for name, function in _METHODS.items():
        for prefix in ("", "r"):
            full = f"__{prefix}{name}__"
            setattr(cls, full, _method(_named(function, name), getattr(torch.Tensor, full), bool(prefix)))
        # Values never change in place: x += 1 makes a new tensor. The library's own updates do change them.
        inplace = f"__i{name}__"
        if hasattr(torch.Tensor, inplace):
            setattr(cls, inplace, _in_place(getattr(torch.Tensor, inplace)))
    for name, function in {**_COMPARISONS, **_UNARY}.items():
        full = f"__{name}__"
        setattr(cls, full, _method(_named(function, name), getattr(torch.Tensor, full)))
    setattr(cls, "__getitem__", _get_item)  # noqa: B010
    setattr(cls, "__hash__", torch.Tensor.__hash__)  # noqa: B010


def _in_place(torchs: Any) -> Callable[..., Any]:
    def operator(self: Any, other: Any) -> Any:
        return type(self).__torch_function__(torchs, (), (self, other)) if from_library() else NotImplemented

    return operator


_slice = api(get_item, text="moves")


def _get_item(self: Any, key: Any) -> Any:
    if from_library():
        return type(self).__torch_function__(torch.Tensor.__getitem__, (), (self, key))
    return _slice(self, key)


install(Tensor)

__all__ = ["Binary", "Eager", "install", "shapes_fit", "to_facade"]
