"""Convolutions with a kernel of its own at every place; Keras 1 and 2 had them."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu import activations, constraints, initializers, regularizers
from wubu.core.settings import standardize_data_format
from wubu.errors import ArgumentError
from wubu.layers.arguments import as_tuple
from wubu.layers.base import Layer

Size = int | tuple[int, ...] | list[int]


class _LocallyConnected(Layer):
    """The common part; ``rank`` is the number of axes of space."""

    rank: int

    def __init__(
        self,
        filters: int,
        kernel_size: Size,
        strides: Size = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        implementation: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if padding != "valid":
            raise ArgumentError(f"Expected padding 'valid', the only one of this layer. Received: {padding!r}")
        self.filters, self.use_bias, self.padding = int(filters), use_bias, padding
        self.kernel_size = as_tuple(kernel_size, self.rank, "kernel_size")
        self.strides = as_tuple(strides, self.rank, "strides")
        self.data_format = standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def build(self, input_shape: Any = None) -> None:
        """Make a kernel for every place: (places, kernel · channels, filters)."""
        channels, space = self._channels_and_space(tuple(input_shape))
        places = self._out(space)
        count, width = 1, channels
        for place, kernel in zip(places, self.kernel_size):
            count, width = count * place, width * kernel
        self.kernel = self.add_weight(
            (count, width, self.filters),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (*places, self.filters),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def call(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute the output."""
        x = inputs if self.data_format == "channels_first" else inputs.movedim(-1, 1)  # (batch, channels, *space)
        places = self._out(tuple(x.shape[2:]))
        kernel, strides = self.kernel_size, self.strides
        if self.rank == 1:
            x, kernel, strides = x.unsqueeze(-1), (*kernel, 1), (*strides, 1)
        patches = F.unfold(x, kernel, stride=strides)  # (batch, channels · kernel, places)
        batch = patches.shape[0]
        patches = patches.reshape(batch, -1, *self.kernel_size, patches.shape[-1]).movedim(1, -2)
        patches = patches.reshape(batch, -1, patches.shape[-1])  # (batch, kernel · channels, places), as the kernel is
        out = torch.einsum("bkp,pkf->bpf", patches, self.kernel).reshape(batch, *places, self.filters)
        if self.use_bias:
            out = out + self.bias
        out = self.activation(out)
        return out if self.data_format == "channels_last" else out.movedim(-1, 1)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The output's shape."""
        _, space = self._channels_and_space(tuple(input_shape))
        places = self._out(space)
        if self.data_format == "channels_first":
            return (input_shape[0], self.filters, *places)
        return (input_shape[0], *places, self.filters)

    def _channels_and_space(self, shape: tuple[Any, ...]) -> tuple[int, tuple[int, ...]]:
        first = self.data_format == "channels_first"
        space = shape[2:] if first else shape[1:-1]
        if None in space:
            raise ArgumentError(
                f"Layer {self.name!r} has a kernel at every place, so it needs the sizes of the input. Received: {shape}"
            )
        return shape[1] if first else shape[-1], space

    def _out(self, space: tuple[int, ...]) -> tuple[int, ...]:
        return tuple((size - k) // s + 1 for size, k, s in zip(space, self.kernel_size, self.strides))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        plain = ("filters", "kernel_size", "strides", "padding", "data_format", "use_bias")
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in plain},
            "activation": activations.serialize(self.activation),
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }


class LocallyConnected1D(_LocallyConnected):
    """A one-dimensional convolution whose kernel is another one at every place.

    Args:
        filters: the number of output channels.
        kernel_size, strides: sizes in steps; strides default to 1.
        padding: ``"valid"``.
        data_format, activation, use_bias, …: as in ``Conv1D``.

    Input shape: ``(batch, steps, channels)``. Output shape: ``(batch, new steps, filters)``.
    """

    rank = 1


class LocallyConnected2D(_LocallyConnected):
    """A two-dimensional convolution whose kernel is another one at every place.

    Args:
        filters: the number of output channels.
        kernel_size, strides: sizes in pixels; strides default to 1.
        padding: ``"valid"``.
        data_format, activation, use_bias, …: as in ``Conv2D``.

    Input shape: ``(batch, height, width, channels)``. Output shape: ``(batch, new height, new width, filters)``.
    """

    rank = 2
