"""``tf.experimental.numpy``: NumPy's names on tensors, by ``wubu.ops``, which has the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from wubu import ops
from wubu.errors import did_you_mean
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, sizes
from wubu.tensorflow.dispatch import api, to_facade
from wubu.tensorflow.random import normal, uniform

_CONSTANTS = {"e": np.e, "inf": np.inf, "nan": np.nan, "newaxis": None, "pi": np.pi}
_RENAMED = {"asarray": "array", "amax": "max", "amin": "min", "ascontiguousarray": "array", "fix": "trunc", "copy": "copy"}
_TYPES = {
    "bool_", "complex128", "complex64", "float16", "float32", "float64", "int16", "int32", "int64", "int8", "uint16", "uint32",
    "uint64", "uint8",
}  # fmt: skip


def enable_numpy_behavior(*args: Any, **kwargs: Any) -> None:
    """Accepted: tensors answer to NumPy's functions already."""


class _Random:
    """``tf.experimental.numpy.random``."""

    _is_namespace = True
    __name__ = "random"
    __all__ = ["rand", "randn", "standard_normal", "uniform"]

    def rand(self, *shape: int) -> Any:
        """Numbers from 0 to 1, float64."""
        return uniform(shape, dtype=dtypes.float64)

    def randn(self, *shape: int) -> Any:
        """Standard normal numbers, float64."""
        return normal(shape, dtype=dtypes.float64)

    def standard_normal(self, size: Any = None) -> Any:
        """Standard normal numbers, float64."""
        return normal(sizes(size or ()), dtype=dtypes.float64)

    def uniform(self, low: float = 0.0, high: float = 1.0, size: Any = None) -> Any:
        """Numbers from ``low`` to ``high``, float64."""
        return uniform(sizes(size or ()), low, high, dtype=dtypes.float64)


def _array(object: Any, dtype: Any = None, **accepted: Any) -> Any:  # noqa: A002
    if dtype is None and not hasattr(object, "shape"):
        object = np.asarray(object)  # noqa: A001 - NumPy's own types: float64 and int64
    return to_facade(convert(object, None if dtype is None else dtypes.as_dtype(dtype)))


class NumpyNames:
    """The namespace; see the top of the file."""

    _is_namespace = True
    __name__ = "numpy"

    def __init__(self) -> None:
        self.experimental_enable_numpy_behavior = enable_numpy_behavior
        self.array = self.asarray = self.ascontiguousarray = self.asanyarray = _array
        self.random = _Random()
        self.__dict__.update(_CONSTANTS)
        self.__all__ = ["experimental_enable_numpy_behavior"]

    def __getattr__(self, name: str) -> Any:
        if name in _TYPES:
            return dtypes.as_dtype("bool" if name == "bool_" else name)
        own = _RENAMED.get(name, name)
        if own not in ops.__all__ or name.startswith("_"):
            raise AttributeError(f"'tf.experimental.numpy' has no attribute {name!r}.{did_you_mean(name, ops.__all__)}")
        made = self.__dict__[name] = api(getattr(ops, own))
        return made

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *_TYPES})
