"""The weights of one layer as older versions of Keras stored them, in today's order and layout.

Keras 1 kept one array for each gate of a recurrent layer, and convolution kernels of channels_first layers as (out, in,
height, width). Theano's convolutions run over the kernel backwards. CuDNN's recurrent layers have two biases, and
LSTM kernels gate by gate in another order than the plain layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose", "ConvLSTM2D", "SeparableConv2D")


def to_current(layer: Any, arrays: Sequence[np.ndarray], era: int, backend: str | None) -> list[np.ndarray]:
    """Today's weights of a layer.

    Args:
        layer: the layer that they are for; its class and its shapes decide.
        arrays: the weights as stored.
        era: 1, 2 or 3.
        backend: what Keras ran on, where the file says so.

    Returns:
        The weights in the order ``get_weights`` has; unchanged where nothing is known to differ.
    """
    if era >= 3:
        return list(arrays)
    arrays = list(arrays)
    inner = _inner(layer)
    if inner is not None:
        return _nested(inner, arrays, era, backend)
    kind = type(layer).__name__
    if era == 1:
        arrays = _keras1(layer, kind, arrays)
    if kind in ("LSTM", "GRU") and len(arrays) == 3:
        arrays = _recurrent(layer, kind, arrays)
    if backend == "theano" and kind in _CONVOLUTIONS and arrays:
        arrays = [_flipped(arrays[0]), *arrays[1:]]
        if kind == "ConvLSTM2D":
            arrays[1] = _flipped(arrays[1])
    return arrays


def _inner(layer: Any) -> list[Any] | None:
    """The layers whose weights a wrapper or a nested model stores one after the other, or None for a plain layer."""
    kind = type(layer).__name__
    if kind == "Bidirectional":
        return [layer.forward_layer, layer.backward_layer]
    if kind == "TimeDistributed":
        return [layer.layer]
    if hasattr(layer, "layers"):
        return list(layer.layers)
    return None


def _nested(layers: list[Any], arrays: list[np.ndarray], era: int, backend: str | None) -> list[np.ndarray]:
    counts = [_count(layer, era) for layer in layers]
    if sum(counts) != len(arrays):
        return arrays
    # Files list trainable weights first; only where all are of one kind does the order follow the layers.
    if era == 2 and any(layer.non_trainable_weights and layer.trainable_weights for layer in layers):
        return arrays
    made: list[np.ndarray] = []
    at = 0
    for layer, count in zip(layers, counts):
        made += to_current(layer, arrays[at : at + count], era, backend)
        at += count
    return made


def _count(layer: Any, era: int) -> int:
    """How many arrays a layer had."""
    inner = _inner(layer)
    if inner is not None:
        return sum(_count(one, era) for one in inner)
    if era == 1:
        return {"LSTM": 12, "GRU": 9, "ConvLSTM2D": 12}.get(type(layer).__name__, len(layer.weights))
    return len(layer.weights)


def _keras1(layer: Any, kind: str, arrays: list[np.ndarray]) -> list[np.ndarray]:
    first_channels = getattr(layer, "data_format", None) == "channels_first"
    joint = 0 if kind == "ConvLSTM2D" and first_channels else -1  # the axis of the gates' outputs
    if kind in ("LSTM", "ConvLSTM2D") and len(arrays) == 12:  # gates i, c, f, o -> i, f, c, o
        joined = [np.concatenate([arrays[k + g] for g in (0, 6, 3, 9)], axis=-1 if k == 2 else joint) for k in range(3)]
        if kind == "ConvLSTM2D" and first_channels:
            joined[:2] = [k.transpose(2, 3, 1, 0) for k in joined[:2]]
        return joined
    if kind == "GRU" and len(arrays) == 9:
        return [np.concatenate([arrays[k + g] for g in (0, 3, 6)], axis=-1) for k in range(3)]
    if not arrays:
        return arrays
    kernel = arrays[0]
    if kind == "Conv1D" and kernel.ndim == 4:
        size, filters = tuple(layer.kernel_size), layer.filters
        if kernel.shape[:2] != (size[0], 1) or kernel.shape[3] != filters:
            kernel = kernel.transpose(2, 3, 1, 0)  # (out, in, size, 1) -> (size, 1, in, out)
        kernel = kernel[:, 0]
    elif kind == "Conv2D" and first_channels:
        kernel = kernel.transpose(2, 3, 1, 0)
    elif kind == "Conv2DTranspose":
        kernel = kernel.transpose(2, 3, 0, 1) if first_channels else kernel.transpose(0, 1, 3, 2)
    elif kind == "Conv3D" and first_channels:
        kernel = kernel.transpose(2, 3, 4, 1, 0)
    return [kernel, *arrays[1:]]


def _recurrent(layer: Any, kind: str, arrays: list[np.ndarray]) -> list[np.ndarray]:
    kernel, recurrent, bias = arrays
    units = recurrent.shape[0]
    gates = 4 if kind == "LSTM" else 3
    if bias.shape != (2 * gates * units,):
        return arrays
    # CuDNN: kernels in Fortran's order gate by gate, recurrent kernels transposed, two biases that are added
    kernel = np.concatenate([k.T.reshape(k.shape, order="F") for k in np.hsplit(kernel, gates)], axis=1)
    recurrent = np.concatenate([k.T for k in np.hsplit(recurrent, gates)], axis=1)
    if kind == "LSTM":
        return [kernel, recurrent, bias.reshape(2, -1).sum(axis=0)]
    return [kernel, recurrent, bias.reshape(2, -1)]


def _flipped(kernel: np.ndarray) -> np.ndarray:
    """A kernel read backwards along its spatial axes, all but the last two."""
    return np.ascontiguousarray(kernel[tuple(slice(None, None, -1) for _ in range(kernel.ndim - 2))])
