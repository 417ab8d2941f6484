"""A tensor without values: the shape and type of what a layer will give."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch

from wubu.core.dtypes import standardize_dtype, torch_dtype
from wubu.core.names import auto_name
from wubu.errors import ArgumentError
from wubu.symbolic.shape import SymbolicShape


class KerasTensor:
    """A placeholder in a functional model: it has a shape with None for unknown sizes, a type, and a history.

    Layers, functions of ``wubu.ops``, torch functions, operators and slices applied to it give further KerasTensors and
    are remembered, so that ``Model(inputs, outputs)`` can run them again on real tensors.

    Args:
        shape: sizes, None where unknown; the first is usually the batch.
        dtype: a type's name. Default floatx.
        name: default ``keras_tensor``, ``keras_tensor_1``…
    """

    def __init__(
        self,
        shape: Sequence[int | None],
        dtype: Any = None,
        name: str | None = None,
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        self.shape = SymbolicShape(None if d is None else int(d) for d in shape)
        self.dtype = standardize_dtype(dtype)
        self.name = name or auto_name("keras_tensor")
        self.sparse = bool(sparse)
        self._keras_history: Any = None

    # How a function applied to symbolic tensors becomes a node: set by symbolic.function, which knows nodes.
    _record: ClassVar[Callable[..., Any]]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def dim(self) -> int:
        """The number of axes, as torch asks for it."""
        return len(self.shape)

    def size(self, axis: int | None = None) -> Any:
        """The shape or one size, as torch asks for it."""
        return self.shape if axis is None else self.shape[axis]

    def get_shape(self) -> SymbolicShape:
        """The shape, as old TensorFlow code asks for it."""
        return self.shape

    @property
    def torch_dtype(self) -> torch.dtype:
        """The type as a torch dtype."""
        return torch_dtype(self.dtype)

    def __keras_tensor_config__(self) -> dict[str, Any]:
        history = self._keras_history
        config: dict[str, Any] = {"shape": list(self.shape), "dtype": self.dtype}
        if history is not None:
            config["keras_history"] = [history.operation.name, history.node_index, history.tensor_index]
        return config

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, name={self.name}>"

    # --- things that need values ---------------------------------------------------------------------------------

    def _no_value(self, what: str) -> ArgumentError:
        return ArgumentError(
            f"{what} needs values, but a KerasTensor has none: it is a symbolic input of a functional model. "
            "Try: do this inside a Layer's call, a Lambda layer, or on real arrays"
        )

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise self._no_value("Turning it into an array")

    def __bool__(self) -> bool:
        raise self._no_value("A truth test")

    def __float__(self) -> float:
        raise self._no_value("float()")

    def __int__(self) -> int:
        raise self._no_value("int()")

    def __iter__(self) -> Any:
        if not self.shape or self.shape[0] is None:
            raise self._no_value("Iterating over an axis of unknown size")
        return (self[i] for i in range(self.shape[0]))  # type: ignore[index]  # set below, with the operators

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            raise self._no_value("len() of an axis of unknown size")
        return self.shape[0]

    # --- torch functions and operators are recorded ---------------------------------------------------------------

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return cls._record(function, *args, **(kwargs or {}))

    def __getattr__(self, name: str) -> Any:
        # Tensor methods such as x.mean(1) or x.reshape(…) are recorded as well.
        method = getattr(torch.Tensor, name, None) if not name.startswith("_") else None
        if method is None or not callable(method):
            raise AttributeError(f"'KerasTensor' object has no attribute {name!r}")
        return lambda *args, **kwargs: self._record(method, self, *args, **kwargs)


def _operator(name: str, reflected: bool = False) -> Any:
    function = getattr(operator, {"and": "and_", "or": "or_"}.get(name, name))

    def apply(self: KerasTensor, *args: Any) -> Any:
        return self._record(function, *args, self) if reflected else self._record(function, self, *args)

    return apply


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"):
    setattr(KerasTensor, f"__{_name}__", _operator(_name))
    setattr(KerasTensor, f"__r{_name}__", _operator(_name, reflected=True))
for _name in ("neg", "abs", "invert", "getitem", "lt", "le", "gt", "ge"):
    setattr(KerasTensor, f"__{_name}__", _operator(_name))


def is_keras_tensor(x: Any) -> bool:
    """Whether something is a symbolic tensor."""
    return isinstance(x, KerasTensor)
