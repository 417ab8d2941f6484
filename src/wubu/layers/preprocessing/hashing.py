"""Strings and whole numbers as one of a fixed number of bins, without a vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.base import Layer
from wubu.layers.preprocessing.encoding import (
    MODES,
    as_indices,
    as_mode,
    as_values,
    encoded,
    encoded_shape,
    refuse_sparse,
)
from wubu.layers.preprocessing.fingerprints import buckets, fingerprint, joined
from wubu.symbolic.keras_tensor import KerasTensor

# Where TensorFlow begins the fingerprint of a cross.
_CROSS = 0xDECAFCAFFE


def as_salt(salt: Any) -> list[int] | None:
    """A salt as two numbers."""
    if salt is None:
        return None
    if isinstance(salt, int):
        return [salt, salt]
    if isinstance(salt, list | tuple) and len(salt) == 2:
        return list(salt)
    raise ArgumentError(f"Expected salt to be an integer or two. Received: salt={salt!r}")


class Hashing(Layer):
    """The bin that the hash of a string, or of a whole number, falls into; the same as TensorFlow's.

    Hashes are computed on the host.

    Args:
        num_bins: how many bins there are.
        mask_value: a value that has bin 0 for itself.
        salt: None for FarmHash's fingerprint, or one or two integers for SipHash with that key.
        output_mode: ``"int"``, or a vector: ``"one_hot"``, ``"multi_hot"`` or ``"count"``.
        sparse: must be False.
        **kwargs: the arguments of ``Layer``; the type is int64 or, for vectors, floatx.

    Example:
        >>> Hashing(10)(np.array(["A", "B", "C"])).tolist()
        [4, 8, 7]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        mode = as_mode(output_mode, MODES)
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64" if mode == "int" else settings.floatx()
        super().__init__(**kwargs)
        refuse_sparse(sparse)
        if not isinstance(num_bins, int) or num_bins <= 0:
            raise ArgumentError(f"Expected num_bins to be a positive integer. Received: num_bins={num_bins!r}")
        self.num_bins, self.mask_value, self.sparse = num_bins, mask_value, sparse
        self.salt, self.output_mode = as_salt(salt), mode

    def call(self, inputs: Any) -> torch.Tensor:
        """Compute the output."""
        values = as_values(inputs)
        masked = self.mask_value is not None and self.num_bins > 1
        bins = buckets(values, self.num_bins - masked, self.salt)
        if masked:
            bins = np.where(values == self.mask_value, 0, bins + 1)
        return encoded(as_indices(bins), self.output_mode, self.num_bins, self.dtype_policy.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape, with the bins unless they are numbers."""
        return encoded_shape(input_shape, self.output_mode, self.num_bins)

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic output."""
        return KerasTensor(self.compute_output_shape(inputs.shape), self.dtype_policy.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("num_bins", "salt", "mask_value", "output_mode", "sparse")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


class HashedCrossing(Layer):
    """The bin of a combination of values, so that each combination can have a weight of its own; as TensorFlow's.

    Args:
        num_bins: how many bins there are.
        output_mode: ``"int"`` or ``"one_hot"``.
        sparse: must be False.
        name, dtype, **kwargs: those of ``Layer``.

    Call arguments: a list of strings or whole numbers, all of shape (), (batch,) or (batch, 1).

    Example:
        >>> HashedCrossing(1000)([np.array(["a", "b"]), np.array([1, 2])]).tolist()
        [485, 357]
    """

    _converts_lists = False

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        mode = as_mode(output_mode, ("int", "one_hot"))
        super().__init__(name=name, dtype="int64" if mode == "int" and dtype is None else dtype, **kwargs)
        refuse_sparse(sparse)
        self.num_bins, self.output_mode, self.sparse = num_bins, mode, sparse

    def call(self, inputs: Any) -> torch.Tensor:
        """Compute the output."""
        if not isinstance(inputs, list | tuple) or len(inputs) < 2:
            raise ArgumentError(f"Layer {self.name!r} expects a list of two or more inputs.")
        columns = [as_values(x) for x in inputs]
        shape = columns[0].shape
        if any(c.shape != shape for c in columns) or len(shape) > 2 or (len(shape) == 2 and shape[-1] != 1):
            raise ShapeError(
                f"Layer {self.name!r} expects inputs of one shape, (), (batch,) or (batch, 1). "
                f"Received: {[c.shape for c in columns]}"
            )
        bins = []
        for row in zip(*(c.reshape(-1).tolist() for c in columns), strict=True):
            made = _CROSS
            for value in row:
                made = joined(made, fingerprint(value.encode("utf-8")) if isinstance(value, str) else int(value) % 2**64)
            bins.append(made % self.num_bins)
        indices = as_indices(np.asarray(bins, np.int64).reshape(shape))
        return encoded(indices, self.output_mode, self.num_bins, self.dtype_policy.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The first input's shape, with the bins unless they are numbers."""
        return encoded_shape(input_shape[0], self.output_mode, self.num_bins)

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic output."""
        return KerasTensor(self.compute_output_shape([x.shape for x in inputs]), self.dtype_policy.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("num_bins", "output_mode", "sparse", "name")
        return {**{name: getattr(self, name) for name in names}, "dtype": self.dtype_policy.name}
