"""``tf.TensorSpec`` and its relatives: what a tensor has to look like."""

from __future__ import annotations

from typing import Any

import torch

from wubu.data.dataset import spec as core
from wubu.tensorflow import dtypes
from wubu.tensorflow.callers import from_library
from wubu.tensorflow.dtypes import DType, as_dtype
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.tensor import plain_shape, type_of


class TypeSpec:
    """Base of descriptions of values."""


class TensorSpec(core.TensorSpec, TypeSpec):
    """The shape and type of a tensor; None where a size does not matter.

    Args:
        shape: sizes, or None for any shape.
        dtype: the type. Default float32.
        name: a name.

    Example:
        >>> tf.TensorSpec([None, 2])
        TensorSpec(shape=(None, 2), dtype=tf.float32, name=None)
    """

    def __init__(self, shape: Any = None, dtype: Any = dtypes.float32, name: str | None = None) -> None:
        super().__init__(TensorShape(shape).dims, as_dtype(dtype).name, name)

    @property
    def shape(self) -> Any:  # type: ignore[override]
        """The shape, a ``tf.TensorShape``; the library sees a tuple."""
        return self._sizes if from_library() else TensorShape(self._sizes)

    @shape.setter
    def shape(self, value: Any) -> None:
        self._sizes = value

    @property
    def dtype(self) -> Any:  # type: ignore[override]
        """The type; the library sees torch's."""
        return self._type if from_library() else as_dtype(self._type)

    @dtype.setter
    def dtype(self, value: Any) -> None:
        self._type = value

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The exact description of a tensor."""
        return cls(plain_shape(tensor), type_of(tensor), name)

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """A copy of a description, with a name."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @property
    def value_type(self) -> type:
        """What it describes."""
        from wubu.tensorflow.tensor import Tensor

        return Tensor

    def is_compatible_with(self, value: Any) -> bool:
        """Whether a tensor, or what another description describes, fits."""
        if isinstance(value, torch.Tensor):
            value = TensorSpec.from_tensor(value)
        if not isinstance(value, core.TensorSpec):
            return False
        return as_dtype(self._type) == as_dtype(value.dtype) and TensorShape(self._sizes).is_compatible_with(value.shape)

    is_subtype_of = is_compatible_with

    def most_specific_compatible_type(self, other: Any) -> TensorSpec:
        """The narrowest description of both."""
        shape = TensorShape(self._sizes).most_specific_compatible_shape(other.shape)
        return TensorSpec(shape, self._type)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, core.TensorSpec)
            and TensorShape(self._sizes) == TensorShape(other.shape)
            and as_dtype(self._type) == as_dtype(other.dtype)
        )

    def __hash__(self) -> int:
        return hash((self._sizes, as_dtype(self._type)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={TensorShape(self._sizes)}, dtype={as_dtype(self._type)!r}, name={self.name!r})"


class RaggedTensorSpec(TensorSpec):
    """The description of a ragged tensor."""

    def __init__(self, shape: Any = None, dtype: Any = dtypes.float32, ragged_rank: int | None = None, **kw: Any) -> None:
        super().__init__(shape, dtype)
        self.ragged_rank = ragged_rank if ragged_rank is not None else max((TensorShape(shape).rank or 1) - 1, 0)

    def __repr__(self) -> str:
        return f"RaggedTensorSpec({TensorShape(self._sizes)!r}, {as_dtype(self._type)!r}, {self.ragged_rank!r}, tf.int64)"


class SparseTensorSpec(TensorSpec):
    """The description of a sparse tensor."""

    def __repr__(self) -> str:
        return f"SparseTensorSpec({TensorShape(self._sizes)!r}, {as_dtype(self._type)!r})"


class IndexedSlicesSpec(TensorSpec):
    """The description of rows of a tensor."""


def type_spec_from_value(value: Any) -> TypeSpec:
    """The description of a value.

    Raises:
        TypeError: for something that is no tensor.
    """
    if isinstance(value, torch.Tensor):
        return TensorSpec.from_tensor(value)
    if isinstance(value, core.TensorSpec):
        return TensorSpec(value.shape, value.dtype)
    kind = {"RaggedTensor": RaggedTensorSpec, "SparseTensor": SparseTensorSpec}.get(type(value).__name__)
    spec = getattr(value, "_type_spec", None) if kind is None else kind(value.shape, value.dtype)
    if spec is None:
        raise TypeError(f"Could not build a TypeSpec for {value!r} of unsupported type {type(value).__name__}.")
    return spec


def spoken(spec: Any) -> DType:
    """The type that a description names."""
    return as_dtype(spec.dtype)
