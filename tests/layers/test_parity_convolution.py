"""Convolutions of every kind against Keras's."""

from __future__ import annotations

import pytest
import torch
from layer_parity import check

import wubu.layers
from wubu.errors import ArgumentError, ShapeError

SPACE = {1: (9,), 2: (9, 8), 3: (5, 6, 7)}
CONVOLUTION = [
    {},
    {"strides": 2},
    {"padding": "same"},
    {"padding": "same", "strides": 2},
    {"padding": "same", "strides": 3},
    {"padding": "same", "kernel_size": 2},
    {"dilation_rate": 2},
    {"dilation_rate": 2, "padding": "same"},
    {"groups": 2},
    {"use_bias": False, "activation": "relu"},
    {"data_format": "channels_first", "padding": "same", "strides": 2},
    {"kernel_regularizer": "l2", "bias_constraint": "non_neg", "activity_regularizer": "l1"},
]


def _ids(arguments):
    return ",".join(f"{k}={v}" for k, v in arguments.items()) or "plain"


def _shape(rank, arguments, channels=4):
    if arguments.get("data_format") == "channels_first":
        return (2, channels, *SPACE[rank])
    return (2, *SPACE[rank], channels)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("arguments", CONVOLUTION, ids=_ids)
def test_convolution(rank, arguments):
    given = {"filters": 6, "kernel_size": 3, **arguments}
    check(f"Conv{rank}D", given, _shape(rank, arguments))


def test_causal_convolution():
    check("Conv1D", {"filters": 3, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, (2, 9, 4))


TRANSPOSED = [
    {},
    {"strides": 2},
    {"padding": "same"},
    {"padding": "same", "strides": 2},
    {"padding": "same", "strides": 2, "kernel_size": 4},
    {"padding": "same", "strides": 3, "kernel_size": 2},
    {"strides": 3, "kernel_size": 2},
    {"strides": 2, "output_padding": 1},
    {"strides": 3, "output_padding": 2, "padding": "same"},
    {"dilation_rate": 2},
    {"dilation_rate": 2, "padding": "same"},
    {"data_format": "channels_first", "strides": 2, "use_bias": False},
]


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("arguments", TRANSPOSED, ids=_ids)
def test_transposed_convolution(rank, arguments):
    given = {"filters": 3, "kernel_size": 3, **arguments}
    check(f"Conv{rank}DTranspose", given, _shape(rank, arguments))


DEPTHWISE = [
    {},
    {"strides": 2},
    {"padding": "same", "strides": 2},
    {"padding": "same", "depth_multiplier": 3},
    {"dilation_rate": 2, "padding": "same"},
    {"use_bias": False, "activation": "tanh"},
    {"data_format": "channels_first", "depth_multiplier": 2},
]


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("arguments", DEPTHWISE, ids=_ids)
def test_depthwise_convolution(rank, arguments):
    check(f"DepthwiseConv{rank}D", {"kernel_size": 3, **arguments}, _shape(rank, arguments))


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("arguments", DEPTHWISE, ids=_ids)
def test_separable_convolution(rank, arguments):
    check(f"SeparableConv{rank}D", {"filters": 5, "kernel_size": 3, **arguments}, _shape(rank, arguments))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_kernel_lies_as_torch_is_fast(rank):
    layer = getattr(wubu.layers, f"Conv{rank}D")(5, 3)
    layer.build((None, *SPACE[rank], 4))
    kernel = layer.kernel
    assert tuple(kernel.shape) == (*(3,) * rank, 4, 5)
    assert kernel.movedim(-1, 0).is_contiguous()  # output channels outermost, input channels innermost
    layer.set_weights(layer.get_weights())
    assert layer.kernel.movedim(-1, 0).is_contiguous()


def test_a_convolution_keeps_channels_last_memory():
    layer = wubu.layers.Conv2D(8, 3, padding="same")
    assert layer(torch.ones(2, 8, 8, 3)).is_contiguous()


@pytest.mark.parametrize(
    ("make", "shape", "words"),
    [
        (lambda: wubu.layers.Conv2D(4, 3), (2, 28, 28), "4 axes"),
        (lambda: wubu.layers.Conv2D(4, 9), (2, 8, 8, 1), "does not fit"),
        (lambda: wubu.layers.Conv2D(4, 3, groups=2), (2, 8, 8, 3), "groups=2"),
    ],
)
def test_a_shape_that_cannot_work(make, shape, words):
    with pytest.raises(ShapeError, match=words) as caught:
        make()(torch.ones(shape))
    assert "'conv2d'" in str(caught.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": 0},
        {"filters": 3, "groups": 2},
        {"kernel_size": (3, 3, 3)},
        {"padding": "full"},
        {"strides": 2, "dilation_rate": 2},
        {"kernel_sise": 3},
    ],
    ids=_ids,
)
def test_an_argument_that_cannot_work(arguments):
    with pytest.raises(ArgumentError):
        wubu.layers.Conv2D(**{"filters": 4, "kernel_size": 3, **arguments})
