"""Initializers without chance: constants and the identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.device import default_device
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ShapeError
from wubu.initializers.base import Initializer


class Zeros(Initializer):
    """All zeros.

    Example:
        >>> Zeros()((2,))
        tensor([0., 0.])
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Return a tensor of zeros."""
        return torch.zeros(tuple(shape), dtype=torch_dtype(dtype), device=default_device())


class Ones(Initializer):
    """All ones.

    Example:
        >>> Ones()((2,))
        tensor([1., 1.])
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Return a tensor of ones."""
        return torch.ones(tuple(shape), dtype=torch_dtype(dtype), device=default_device())


class Constant(Initializer):
    """A value that is given.

    Args:
        value: a number, or an array, list or tensor that can be broadcast to the weight's shape.

    Raises:
        ShapeError: when called for a shape that the value does not fit.

    Example:
        >>> Constant(3.0)((2,))
        tensor([3., 3.])
    """

    # An array that stands where an initializer is expected must have the weight's own shape.
    _exact = False

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Return a tensor that holds the value."""
        if self._exact and tuple(self.value.shape) != tuple(shape):
            raise ShapeError(
                f"Expected an array of the weight's shape {tuple(shape)} as its initializer. "
                f"Received: shape {tuple(self.value.shape)}"
            )
        value = as_tensor(self.value, torch_dtype(dtype), default_device()).to(default_device())
        try:
            return value.detach().expand(tuple(shape)).clone(memory_format=torch.contiguous_format)
        except RuntimeError as error:
            raise ShapeError(
                f"Expected a value that fits the shape {tuple(shape)}. Received: a value of shape "
                f"{tuple(value.shape)}. Try: a single number, or an array of the weight's own shape"
            ) from error

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        return {"value": serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constant:
        """Make an initializer from what ``get_config`` gave."""
        return cls(deserialize_keras_object(config["value"]))

    @classmethod
    def of_exact_shape(cls, value: Any) -> Constant:
        """An array or tensor as the whole first value of a weight of the same shape."""
        made = cls(value)
        made._exact = True
        return made


class Identity(Initializer):
    """``gain`` on the diagonal of a matrix, zeros elsewhere.

    Args:
        gain: the factor.

    Raises:
        ShapeError: when called for a shape that is not a matrix's.

    Example:
        >>> Identity()((2, 2))
        tensor([[1., 0.],
                [0., 1.]])
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> torch.Tensor:
        """Return the matrix."""
        if len(shape) != 2:
            raise ShapeError(f"Identity makes matrices: expected a shape of two sizes. Received: shape {tuple(shape)}")
        return self.gain * torch.eye(*shape, dtype=torch_dtype(dtype), device=default_device())

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this initializer again."""
        # Keras leaves it out altogether, so that it is lost.
        return {} if self.gain == 1.0 else {"gain": self.gain}
