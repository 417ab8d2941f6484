"""``tf.layers``: Keras's layers as functions, shared by name within a variable scope."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Dense,
    Flatten,
    Layer,
    MaxPooling2D,
    SeparableConv2D,
)
from wubu.layers.stand_ins import weights_on_meta
from wubu.symbolic.function import op
from wubu.tensorflow.v1.graph import get_default_graph
from wubu.tensorflow.v1.scopes import get_variable_scope

__all__ = [
    "average_pooling2d",
    "batch_normalization",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "dense",
    "dropout",
    "flatten",
    "max_pooling2d",
    "separable_conv2d",
]

_OURS = {"name", "reuse", "training", "_reuse", "_scope"}


def _applied(cls: type[Layer], inputs: Any, args: tuple[Any, ...], options: dict[str, Any], training: Any = None) -> Any:
    """Call the layer of a name: the one that is there, or a new one."""
    graph, scope = get_default_graph(), get_variable_scope()
    name = options.pop("name", None)
    reuse = options.pop("reuse", None)
    options = {k: v for k, v in options.items() if k not in _OURS}
    full = f"{scope.name}/{name}" if scope.name and name else name
    layer = graph.layers.get(full) if full and (reuse or scope.reuse) else None
    if layer is None:
        if full and reuse is True:
            raise ValueError(f"Layer {full} does not exist. Try: reuse=tf.AUTO_REUSE")
        layer = cls(*args, **options)
        if full:
            graph.layers[full] = layer
    return layer(inputs) if training is None else _in_phase(layer, inputs, training)


def _in_phase(layer: Any, inputs: Any, training: Any) -> Any:
    """Call a layer in training or testing; a symbolic switch is read in each run."""
    if isinstance(training, bool | int):
        return layer(inputs, training=bool(training))
    if not layer.built:
        layer.build(tuple(inputs.shape))

    @op
    def switched(x: Any, flag: Any) -> Any:
        if x.is_meta:
            with weights_on_meta(layer):
                return layer(x, training=False)
        return layer(x, training=bool(flag))

    switched.layer = layer  # type: ignore[attr-defined]  # whose weights are trained
    return switched(inputs, training)


def dense(inputs: Any, units: int, activation: Any = None, use_bias: bool = True, **options: Any) -> Any:
    """``activation(inputs · kernel + bias)``; the other arguments are those of ``Dense``."""
    return _applied(Dense, inputs, (units,), {"activation": activation, "use_bias": use_bias, **options})


def conv1d(inputs: Any, filters: int, kernel_size: Any, strides: Any = 1, padding: str = "valid", **options: Any) -> Any:
    """A convolution along steps; the other arguments are those of ``Conv1D``."""
    return _applied(Conv1D, inputs, (filters, kernel_size), {"strides": strides, "padding": padding.lower(), **options})


def conv2d(
    inputs: Any, filters: int, kernel_size: Any, strides: Any = (1, 1), padding: str = "valid", **options: Any
) -> Any:
    """A convolution of pictures; the other arguments are those of ``Conv2D``."""
    return _applied(Conv2D, inputs, (filters, kernel_size), {"strides": strides, "padding": padding.lower(), **options})


def conv3d(
    inputs: Any, filters: int, kernel_size: Any, strides: Any = (1, 1, 1), padding: str = "valid", **options: Any
) -> Any:
    """A convolution of volumes; the other arguments are those of ``Conv3D``."""
    return _applied(Conv3D, inputs, (filters, kernel_size), {"strides": strides, "padding": padding.lower(), **options})


def conv2d_transpose(
    inputs: Any, filters: int, kernel_size: Any, strides: Any = (1, 1), padding: str = "valid", **options: Any
) -> Any:
    """A transposed convolution; the other arguments are those of ``Conv2DTranspose``."""
    given = {"strides": strides, "padding": padding.lower(), **options}
    return _applied(Conv2DTranspose, inputs, (filters, kernel_size), given)


def separable_conv2d(
    inputs: Any, filters: int, kernel_size: Any, strides: Any = (1, 1), padding: str = "valid", **options: Any
) -> Any:
    """A separable convolution; the other arguments are those of ``SeparableConv2D``."""
    given = {"strides": strides, "padding": padding.lower(), **options}
    return _applied(SeparableConv2D, inputs, (filters, kernel_size), given)


def max_pooling2d(
    inputs: Any, pool_size: Any, strides: Any, padding: str = "valid", data_format: str = "channels_last", name: Any = None
) -> Any:
    """The largest of each window."""
    return MaxPooling2D(pool_size, strides, padding.lower(), data_format)(inputs)


def average_pooling2d(
    inputs: Any, pool_size: Any, strides: Any, padding: str = "valid", data_format: str = "channels_last", name: Any = None
) -> Any:
    """The mean of each window."""
    return AveragePooling2D(pool_size, strides, padding.lower(), data_format)(inputs)


def flatten(inputs: Any, name: Any = None, data_format: str = "channels_last") -> Any:
    """All numbers of each sample along one axis."""
    return Flatten(data_format)(inputs)


@op
def _dropout(x: Any, rate: float, training: Any) -> torch.Tensor:
    x = as_tensor(x)
    if x.is_meta or not bool(training):
        return x.clone()
    return torch.nn.functional.dropout(x, float(rate), True)


def dropout(
    inputs: Any, rate: float = 0.5, noise_shape: Any = None, seed: Any = None, training: Any = False, name: Any = None
) -> Any:
    """A share of the numbers set to 0 in training.

    Args:
        inputs: the numbers.
        rate: the share.
        noise_shape, seed: accepted.
        training: whether this is training; may be a placeholder.
    """
    return _dropout(inputs, rate, training)


def batch_normalization(
    inputs: Any, axis: int = -1, momentum: float = 0.99, epsilon: float = 1e-3, training: Any = False, **options: Any
) -> Any:
    """Normalise by the batch in training, by running averages otherwise.

    The averages move whenever this runs in training: the collection of update operations stays empty.

    Args:
        inputs: the numbers.
        axis, momentum, epsilon: as in ``BatchNormalization``.
        training: whether this is training; may be a placeholder.
    """
    given = {"axis": axis, "momentum": momentum, "epsilon": epsilon, **options}
    for gone in ("fused", "renorm", "renorm_clipping", "renorm_momentum", "virtual_batch_size", "adjustment"):
        given.pop(gone, None)
    return _applied(BatchNormalization, inputs, (), given, training)
