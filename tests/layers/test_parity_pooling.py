"""Poolings of every kind against Keras's and, where Keras's torch backend errs, against a plain computation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from layer_parity import assert_near, check, randoms

import wubu.layers
from wubu.errors import ShapeError

SPACE = {1: (7,), 2: (7, 8), 3: (5, 7, 8)}
WINDOWS = [
    {"pool_size": size, "strides": stride, "padding": padding}
    for size, stride, padding in itertools.product((2, 3), (None, 1, 2, 3), ("valid", "same"))
]


def _ids(arguments):
    return ",".join(f"{k}={v}" for k, v in arguments.items()) or "plain"


def _shape(rank, arguments, channels=3):
    if arguments.get("data_format") == "channels_first":
        return (2, channels, *SPACE[rank])
    return (2, *SPACE[rank], channels)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("arguments", [*WINDOWS, {"pool_size": 2, "data_format": "channels_first"}], ids=_ids)
def test_max_pooling(rank, arguments):
    check(f"MaxPooling{rank}D", arguments, _shape(rank, arguments))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("arguments", [*WINDOWS, {"pool_size": 2, "data_format": "channels_first"}], ids=_ids)
def test_average_pooling(rank, arguments):
    # Keras's torch backend repeats the rim where padding is uneven, which changes the means of windows of 3.
    same = arguments.get("padding") == "same" and arguments["pool_size"] == 3 and arguments["strides"] != 1
    if same:
        _check_against_means(rank, arguments)
    else:
        check(f"AveragePooling{rank}D", arguments, _shape(rank, arguments))


def _check_against_means(rank, arguments):
    """The mean of what each window holds of the input, which is what TensorFlow and JAX compute."""
    x = randoms(_shape(rank, arguments))
    size, stride = arguments["pool_size"], arguments["strides"] or arguments["pool_size"]
    layer = getattr(wubu.layers, f"AveragePooling{rank}D")(**arguments)
    starts = []
    for length in SPACE[rank]:
        count = -(-length // stride)
        before = max((count - 1) * stride + size - length, 0) // 2
        starts.append([(max(i * stride - before, 0), min(i * stride - before + size, length)) for i in range(count)])
    expected = np.zeros((2, *(len(s) for s in starts), 3), "float32")
    for place in itertools.product(*(range(len(s)) for s in starts)):
        window = tuple(slice(*starts[axis][i]) for axis, i in enumerate(place))
        part = x.numpy()[(slice(None), *window)]
        expected[(slice(None), *place)] = part.mean(tuple(range(1, rank + 1)))
    assert_near(layer(x), expected, "means")
    assert layer.compute_output_shape(tuple(x.shape)) == expected.shape


@pytest.mark.parametrize("kind", ["Average", "Max"])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("arguments", [{}, {"keepdims": True}, {"data_format": "channels_first"}], ids=_ids)
def test_global_pooling(kind, rank, arguments):
    check(f"Global{kind}Pooling{rank}D", arguments, _shape(rank, arguments))


@pytest.mark.parametrize("arguments", [{}, {"keepdims": True}], ids=_ids)
def test_a_global_mean_leaves_masked_steps_out(arguments):
    mask = torch.tensor([[True, True, False, False, True, True, True], [True] + [False] * 6])
    check("GlobalAveragePooling1D", arguments, (2, 7, 3), mask=mask)


@pytest.mark.parametrize("kind", ["Average", "Max"])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("arguments", [{"output_size": 3}, {"output_size": 1, "data_format": "channels_first"}], ids=_ids)
def test_adaptive_pooling(kind, rank, arguments):
    check(f"Adaptive{kind}Pooling{rank}D", arguments, _shape(rank, arguments))


def test_a_window_that_does_not_fit():
    with pytest.raises(ShapeError, match="window of 5 does not fit"):
        wubu.layers.MaxPooling2D(5)(torch.ones(1, 4, 4, 1))


def test_pooling_keeps_channels_last_memory():
    assert wubu.layers.MaxPooling2D(2)(torch.ones(2, 8, 8, 3)).is_contiguous()
