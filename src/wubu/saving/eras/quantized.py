"""The weights of layers that Keras has quantized, as those of the plain layers.

With ``int8`` a kernel is kept as whole numbers and a scale for each of its columns, by which they are divided; a table of
embeddings has one for each row. With ``float8`` the kernel is there as it is, and six arrays about its scale follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wubu.errors import FileFormatError

_FLOAT8_EXTRAS = 6


def plain(layer: Any, entry: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    """A layer's arrays by position, turned back where they are quantized; the same mapping where they are not.

    Raises:
        FileFormatError: for a kind that cannot be turned back.
    """
    kinds = {c.__name__ for c in type(layer).__mro__}
    if not kinds & {"Dense", "EinsumDense", "Embedding"} or not len(entry) > len(layer.weights) > 0:
        return entry  # without a look at the arrays, which would be read twice
    own = layer.weights
    if len(entry) == len(own) + _FLOAT8_EXTRAS:
        return {str(i): entry[str(i)] for i in range(len(own))}
    whole, scale = entry["0"], entry[str(len(own))]
    if whole.dtype != np.int8:
        return entry
    if whole.shape != tuple(own[0].shape) or len(entry) != len(own) + 1:
        raise FileFormatError(
            f"Layer {layer.name!r} is quantized in a way that cannot be turned back (packed numbers of four bits). "
            "Try: save the model before quantize(…), or with quantize('int8')"
        )
    if "Embedding" in kinds:
        scale = scale[:, None]
    elif "EinsumDense" in kinds:
        scale = _by_kernel(layer.equation, scale, whole.ndim, layer.name)
    return {**{str(i): entry[str(i)] for i in range(1, len(own))}, "0": (whole / scale).astype(np.float32)}


def _by_kernel(equation: str, scale: np.ndarray, axes: int, name: str) -> np.ndarray:
    """A scale that is laid out as the output, laid out as the kernel: ones where the kernel's axis is summed over."""
    inputs, _, rest = equation.replace(" ", "").partition(",")
    kernel, _, output = rest.partition("->")
    letters = output.replace("...", "")
    if len(kernel) != axes or scale.ndim < len(letters):
        raise FileFormatError(f"Layer {name!r}: a scale of shape {scale.shape} does not fit the equation {equation!r}")
    place = {letter: scale.ndim - len(letters) + i for i, letter in enumerate(letters)}
    sizes = [scale.shape[place[c]] if c in place and c not in inputs else 1 for c in kernel]
    order = sorted((c for c in kernel if c in place and c not in inputs), key=lambda c: place[c])
    turned = scale.reshape([scale.shape[place[c]] for c in order])
    wanted = [c for c in kernel if c in order]
    return turned.transpose([order.index(c) for c in wanted]).reshape(sizes)
