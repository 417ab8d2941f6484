"""Normalizations against Keras's."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import torch
from layer_parity import assert_near, check, randoms

import wubu.layers
from wubu.errors import ArgumentError, ShapeError


def _ids(value):
    return ",".join(f"{k}={v}" for k, v in value.items()) or "plain" if isinstance(value, dict) else str(value)


BATCH = [
    {},
    {"momentum": 0.5, "epsilon": 1e-5},
    {"center": False},
    {"scale": False},
    {"gamma_regularizer": "l2", "beta_initializer": "random_normal"},
    {"renorm": True},
    {"renorm": True, "renorm_clipping": {"rmax": 1.2, "rmin": 0.8, "dmax": 0.1}, "renorm_momentum": 0.7},
]


@pytest.mark.parametrize("shape", [(8, 5), (8, 6, 5), (8, 4, 3, 5), (4, 3, 2, 3, 5)], ids=_ids)
@pytest.mark.parametrize("arguments", BATCH, ids=_ids)
def test_batch_normalization(arguments, shape):
    check("BatchNormalization", arguments, shape)


def test_batch_normalization_of_another_axis():
    check("BatchNormalization", {"axis": 1}, (8, 5, 4, 3))
    check("BatchNormalization", {"axis": 2}, (8, 5, 4, 3))


def test_batch_normalization_leaves_masked_places_out():
    mask = torch.tensor([[True, True, False, True]] * 3 + [[True, False, False, False]])
    check("BatchNormalization", {}, (4, 4, 5), mask=mask, tolerance=2e-5)


def test_one_row_is_its_own_mean():
    layer = wubu.layers.BatchNormalization()
    assert torch.allclose(layer(randoms((1, 4)), training=True), torch.zeros(1, 4), atol=1e-5)


def test_a_frozen_layer_infers():
    layer = wubu.layers.BatchNormalization()
    layer(randoms((8, 4)))
    layer.trainable = False
    before = layer.get_weights()
    made = layer(randoms((8, 4)) * 3 + 1, training=True)
    assert_near(made, layer(randoms((8, 4)) * 3 + 1, training=False), "frozen")
    for a, b in zip(before, layer.get_weights(), strict=True):
        assert (a == b).all()
    assert not layer.trainable_weights


def test_arguments_of_older_versions():
    layer = wubu.layers.BatchNormalization(axis=[3], fused=True, virtual_batch_size=None)
    assert layer.axis == 3
    with pytest.raises(ArgumentError, match="renorm_clipping"):
        wubu.layers.BatchNormalization(renorm=True, renorm_clipping={"max": 1})
    with pytest.raises(ShapeError, match="needs the size of axis -1"):
        wubu.layers.BatchNormalization().build((None, None))


def test_twenty_steps_move_the_averages_as_keras_does():
    ours, theirs = wubu.layers.BatchNormalization(momentum=0.9), keras.layers.BatchNormalization(momentum=0.9)
    for i in range(20):
        x = randoms((16, 6), i) * (1 + i / 10) + i / 5
        ours(x, training=True), theirs(x, training=True)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert_near(a, b, "averages")


@pytest.mark.parametrize(
    "arguments",
    [{}, {"axis": [1, 2]}, {"epsilon": 1e-6, "center": False}, {"scale": False}, {"rms_scaling": True}],
    ids=_ids,
)
def test_layer_normalization(arguments):
    check("LayerNormalization", arguments, (4, 5, 6))


@pytest.mark.parametrize("name", ["LayerNormalization", "RMSNormalization"])
def test_an_axis_that_is_not_the_last(name):
    """Keras's torch backend cannot do it; moving the axis can."""
    x = randoms((4, 5, 6))
    layer, moved = getattr(wubu.layers, name)(axis=1), getattr(wubu.layers, name)()
    layer.build(x.shape), moved.build((4, 6, 5))
    weights = [randoms(w.shape, 3).numpy() for w in layer.get_weights()]
    layer.set_weights(weights), moved.set_weights(weights)
    assert_near(layer(x), moved(x.movedim(1, -1)).movedim(-1, 1), name)


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"groups": 2}, (4, 6)),
        ({"groups": 3}, (4, 5, 6)),
        ({"groups": 2}, (4, 5, 3, 6)),
        ({"groups": 2, "axis": 1}, (4, 6, 5, 3)),
        ({"groups": -1, "center": False}, (4, 5, 3, 6)),
    ],
    ids=_ids,
)
def test_group_normalization(arguments, shape):
    check("GroupNormalization", arguments, shape, tolerance=5e-5)


@pytest.mark.parametrize("arguments", [{}, {"axis": [1, 2]}, {"epsilon": 1e-3}], ids=_ids)
def test_rms_normalization(arguments):
    check("RMSNormalization", arguments, (4, 5, 6))


@pytest.mark.parametrize("arguments", [{}, {"axis": 1}, {"axis": [1, 2]}], ids=_ids)
def test_unit_normalization(arguments):
    check("UnitNormalization", arguments, (4, 5, 6))


@pytest.mark.parametrize("inner", ["Dense", "Conv2D"])
def test_spectral_normalization(inner):
    arguments = {"units": 3} if inner == "Dense" else {"filters": 3, "kernel_size": 2}
    shape = (4, 5) if inner == "Dense" else (2, 5, 4, 3)
    check(
        "SpectralNormalization",
        {"layer": lambda module: getattr(module, inner)(**arguments), "power_iterations": 2},
        shape,
        half=False,
    )


def test_spectral_normalization_of_embeddings():
    layer = wubu.layers.SpectralNormalization(wubu.layers.Embedding(7, 4), power_iterations=200)
    layer(torch.tensor([[1, 2]]), training=True)
    assert_near(np.linalg.norm(layer.layer.embeddings.numpy(), 2), 1.0, "largest singular value", 1e-2)
    with pytest.raises(ArgumentError, match="neither"):
        wubu.layers.SpectralNormalization(wubu.layers.ReLU())(torch.ones(2, 3))
