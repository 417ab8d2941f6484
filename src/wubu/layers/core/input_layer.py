"""Where a functional or sequential model begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu.core.dtypes import standardize_dtype
from wubu.errors import ArgumentError
from wubu.layers.base import Layer
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.node import Node


class InputLayer(Layer):
    """The entry of a model: it holds the symbolic tensor that stands for the input.

    Args:
        shape: the input's shape without the batch axis; None for unknown sizes.
        batch_size: the size of the batch axis, when it is fixed.
        dtype: the input's type. Default floatx.
        batch_shape: the shape with the batch axis, instead of the two above.
        input_tensor: a symbolic tensor to stand for the input.
        optional: whether the input may be None.
        name: default ``input_layer``, ``input_layer_1``…
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if "input_shape" in kwargs:
            shape = kwargs.pop("input_shape")
        if "batch_input_shape" in kwargs:
            batch_shape = kwargs.pop("batch_input_shape")
        super().__init__(name=name, **kwargs)
        if sparse or ragged:
            raise ArgumentError("Sparse and ragged inputs are not supported. Try: dense arrays, with padding")
        if input_tensor is not None:
            batch_shape, dtype = input_tensor.shape, dtype or input_tensor.dtype
        if batch_shape is None:
            if shape is None:
                raise ArgumentError("Expected a shape, such as Input(shape=(28, 28)). Received: shape=None")
            shape = (shape,) if isinstance(shape, int) else tuple(shape)
            batch_shape = (batch_size, *shape)
        self.batch_shape = tuple(batch_shape)
        self._input_dtype = standardize_dtype(dtype)
        self.sparse, self.optional = False, optional
        self.built = True
        tensor = (
            input_tensor if input_tensor is not None else KerasTensor(self.batch_shape, self._input_dtype, self.name)
        )
        self.__dict__["_input_tensor"] = tensor
        Node(self, (), {}, tensor)

    @property
    def dtype(self) -> str:
        """The input's type."""
        return self._input_dtype

    @property
    def input(self) -> Any:
        """The symbolic tensor."""
        return self._input_tensor

    def call(self, inputs: Any = None) -> Any:
        """Give the input back."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            "batch_shape": list(self.batch_shape),
            "dtype": self._input_dtype,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": self.optional,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputLayer:
        """Make a layer from what ``get_config`` gave."""
        config = {k: v for k, v in config.items() if k != "trainable"}
        return cls(**config)


def Input(
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
    **kwargs: Any,
) -> KerasTensor:
    """Return the symbolic tensor that a functional model begins with.

    Args:
        shape: the input's shape without the batch axis; None for unknown sizes.
        batch_size: the size of the batch axis, when it is fixed.
        dtype: the input's type. Default floatx.
        batch_shape: the shape with the batch axis, instead of the two above.
        name: the input's name, by which a dict of inputs finds it.
        tensor: a symbolic tensor to use.
        optional: whether the input may be None.

    Example:
        >>> Input(shape=(28, 28)).shape
        (None, 28, 28)
    """
    layer = InputLayer(
        shape,
        batch_size,
        dtype,
        sparse,
        ragged,
        batch_shape,
        input_tensor=tensor,
        optional=optional,
        name=name,
        **kwargs,
    )
    return layer.input
