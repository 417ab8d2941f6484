"""``tf.debugging``: assertions. While a training step is recorded, those that would have to read values say nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from wubu.core.capture import is_capturing
from wubu.symbolic.function import any_symbolic
from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.printing import text_of
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import plain_shape, type_of

__all__ = [
    "Assert",
    "assert_all_finite",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_proper_iterable",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_shapes",
    "assert_type",
    "check_numerics",
    "disable_check_numerics",
    "disable_traceback_filtering",
    "enable_check_numerics",
    "enable_traceback_filtering",
    "get_log_device_placement",
    "is_numeric_tensor",
    "is_traceback_filtering_enabled",
    "set_log_device_placement",
]


def _cannot_look(*values: Any) -> bool:
    """Whether values cannot be read here: while a step is recorded, or where there are only shapes."""
    if any_symbolic(values):
        return True
    tensors = [v for v in values if isinstance(v, torch.Tensor)]
    if any(t.is_meta for t in tensors):
        return True
    return is_capturing() and any("_static" not in t.__dict__ for t in tensors)


def Assert(condition: Any, data: Any, summarize: Any = None, name: Any = None) -> None:  # noqa: N802
    """Raise InvalidArgumentError unless a condition holds; the data is shown."""
    if _cannot_look(condition):
        return
    if not np.all(host_value_of(condition)):
        shown = "\n".join(text_of(d, 3 if summarize is None else summarize) for d in data)
        raise InvalidArgumentError(None, None, f"Expected '{condition}' to be true. Summarized data: {shown}")


def _comparison(name: str, sign: str, holds: Callable[..., Any]) -> Callable[..., None]:
    def check(x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
        if _cannot_look(x, y):
            return
        a, b = host_value_of(convert(x)), host_value_of(convert(y, hint=type_of(convert(x))))
        try:
            good = np.all(holds(a, b))
        except ValueError as error:
            raise InvalidArgumentError(None, None, f"Incompatible shapes: {a.shape} vs. {b.shape}") from error
        if not good:
            raise InvalidArgumentError(
                None, None, f"{message or ''}\nCondition x {sign} y did not hold.\nFirst 3 elements of x:\n{a.flatten()[:3]}\n"
                f"First 3 elements of y:\n{b.flatten()[:3]}"
            )

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"Raise InvalidArgumentError unless x {sign} y for every pair of elements."
    return check


assert_equal = _comparison("assert_equal", "==", np.equal)
assert_none_equal = _comparison("assert_none_equal", "!=", np.not_equal)
assert_less = _comparison("assert_less", "<", np.less)
assert_less_equal = _comparison("assert_less_equal", "<=", np.less_equal)
assert_greater = _comparison("assert_greater", ">", np.greater)
assert_greater_equal = _comparison("assert_greater_equal", ">=", np.greater_equal)


def _sign(name: str, words: str, holds: Callable[[Any], Any]) -> Callable[..., None]:
    def check(x: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
        if _cannot_look(x):
            return
        values = host_value_of(convert(x))
        if not np.all(holds(values)):
            raise InvalidArgumentError(
                None, None, f"{message or ''}\nCondition x {words} did not hold element-wise:\nx = {values}"
            )

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"Raise InvalidArgumentError unless x {words} for every element."
    return check


assert_positive = _sign("assert_positive", "> 0", lambda x: x > 0)
assert_negative = _sign("assert_negative", "< 0", lambda x: x < 0)
assert_non_negative = _sign("assert_non_negative", ">= 0", lambda x: x >= 0)
assert_non_positive = _sign("assert_non_positive", "<= 0", lambda x: x <= 0)


def assert_near(
    x: Any, y: Any, rtol: Any = None, atol: Any = None, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raise InvalidArgumentError unless |x - y| ≤ atol + rtol · |y| for every pair."""
    if _cannot_look(x, y):
        return
    kind = type_of(convert(x))
    a, b = host_value_of(convert(x)), host_value_of(convert(y, hint=kind))
    eps = 10 * np.finfo(a.dtype).eps
    limit = (eps if atol is None else host_value_of(atol)) + (eps if rtol is None else host_value_of(rtol)) * np.abs(b)
    if not np.all(np.abs(a - b) <= limit):
        raise InvalidArgumentError(None, None, f"{message or ''}\nx and y not equal to tolerance rtol = {rtol}, atol = {atol}")


def assert_all_finite(x: Any, message: str = "", name: Any = None) -> Any:
    """The same tensor; InvalidArgumentError when it holds NaN or infinity."""
    return check_numerics(x, message)


def check_numerics(tensor: Any, message: str, name: Any = None) -> Any:
    """The same tensor; InvalidArgumentError when it holds NaN or infinity."""
    if not _cannot_look(tensor):
        values = host_value_of(convert(tensor))
        if np.isnan(values).any():
            raise InvalidArgumentError(None, None, f"{message} : Tensor had NaN values [Op:CheckNumerics]")
        if np.isinf(values).any():
            raise InvalidArgumentError(None, None, f"{message} : Tensor had Inf values [Op:CheckNumerics]")
    return tensor if isinstance(tensor, torch.Tensor) else to_facade(convert(tensor))


def _rank(x: Any) -> int:
    return len(plain_shape(x)) if isinstance(x, torch.Tensor) else len(convert(x).shape)


def assert_rank(x: Any, rank: Any, message: Any = None, name: Any = None) -> None:
    """Raise ValueError unless a tensor has a number of axes."""
    if _rank(x) != integer(rank):
        raise ValueError(f"{message or ''} Tensor must have rank {integer(rank)}.  Received rank {_rank(x)}, shape {_shape(x)}")


def assert_rank_at_least(x: Any, rank: Any, message: Any = None, name: Any = None) -> None:
    """Raise ValueError unless a tensor has at least a number of axes."""
    if _rank(x) < integer(rank):
        raise ValueError(
            f"{message or ''} Tensor must have rank at least {integer(rank)}.  Received rank {_rank(x)}, shape {_shape(x)}"
        )


def assert_rank_in(x: Any, ranks: Any, message: Any = None, name: Any = None) -> None:
    """Raise ValueError unless a tensor has one of several numbers of axes."""
    if _rank(x) not in [integer(r) for r in ranks]:
        raise ValueError(f"{message or ''} Tensor must have rank in {tuple(ranks)}.  Received rank {_rank(x)}")


def _shape(x: Any) -> TensorShape:
    return TensorShape(convert(x).shape)


def assert_scalar(tensor: Any, name: Any = None, message: Any = None) -> Any:
    """The same tensor; ValueError unless it has no axes."""
    if _rank(tensor):
        raise ValueError(f"{message or ''}Expected scalar shape, saw shape: {_shape(tensor)}.")
    return tensor


def assert_integer(x: Any, message: Any = None, name: Any = None) -> None:
    """Raise TypeError unless a tensor holds whole numbers."""
    if not type_of(convert(x)).is_integer:
        raise TypeError(f'{message or ""}  Expected "x" to be integer type.  Found: {type_of(convert(x))!r}')


def assert_type(tensor: Any, tf_type: Any, message: Any = None, name: Any = None) -> None:
    """Raise TypeError unless a tensor has a type."""
    if type_of(convert(tensor)) != as_dtype(tf_type):
        raise TypeError(f"{message or ''}tensor must be of type {as_dtype(tf_type)!r}; got {type_of(convert(tensor))!r}")


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> Any:
    """The floating-point type that all have; ValueError when they differ or it is another."""
    kinds = {type_of(convert(t)).name for t in tensors or []} | ({as_dtype(dtype).name} if dtype is not None else set())
    if len(kinds) > 1:
        raise ValueError(f"Expected tensors of one type. Received: {sorted(kinds)}")
    found = as_dtype(kinds.pop() if kinds else "float32")
    if not found.is_floating:
        raise ValueError(f"Expected floating point type, got {found!r}.")
    return found


def assert_shapes(shapes: Any, data: Any = None, summarize: Any = None, message: Any = None, name: Any = None) -> None:
    """Raise ValueError unless tensors have shapes whose symbols (such as ``"N"``) mean one size everywhere."""
    known: dict[Any, int] = {}
    pairs = shapes.items() if isinstance(shapes, dict) else shapes
    for tensor, wanted in pairs:
        tensor = tensor.deref() if hasattr(tensor, "deref") else tensor
        own = tuple(convert(tensor).shape)
        symbols = list(wanted)
        if "..." in symbols or Ellipsis in symbols:
            at = next(i for i, s in enumerate(symbols) if s in ("...", Ellipsis))
            symbols[at : at + 1] = [None] * (len(own) - len(symbols) + 1)
        if len(symbols) != len(own):
            raise ValueError(f"{message or ''}Specified by tensor {tensor} dimension: rank {len(own)} differs from {wanted}")
        for size, symbol in zip(own, symbols):
            if symbol is None or symbol == ".":
                continue
            expected = symbol if isinstance(symbol, int) else known.setdefault(symbol, size)
            if size != expected:
                raise ValueError(f"{message or ''}Tensor dimension {symbol} must have size {expected}. Received size {size}")


def assert_proper_iterable(values: Any) -> None:
    """Raise TypeError for something whose elements are not several tensors."""
    if isinstance(values, torch.Tensor | np.ndarray | str | bytes) or not hasattr(values, "__iter__"):
        raise TypeError(f"Expected argument 'values' to be a 'proper' iterable.  Found: {type(values)}")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether something is a tensor of numbers."""
    return isinstance(tensor, torch.Tensor) and type_of(tensor).is_numeric


_log_placement = False


def set_log_device_placement(enabled: bool) -> None:
    """Accepted: where operations run is not logged."""
    global _log_placement
    _log_placement = bool(enabled)


def get_log_device_placement() -> bool:
    """What was set."""
    return _log_placement


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Let torch look for NaN in gradients."""
    torch.autograd.set_detect_anomaly(True)


def disable_check_numerics() -> None:
    """Do not let torch look for NaN in gradients."""
    torch.autograd.set_detect_anomaly(False)


_filtering = [True]


def enable_traceback_filtering() -> None:
    """Accepted; ``wubu run`` leaves calls inside the library out of tracebacks."""
    _filtering[0] = True


def disable_traceback_filtering() -> None:
    """Accepted; see ``wubu run --full-traceback``."""
    _filtering[0] = False


def is_traceback_filtering_enabled() -> bool:
    """What was asked for last."""
    return _filtering[0]
