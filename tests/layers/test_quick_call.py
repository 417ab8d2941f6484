"""The short way through a layer gives what the long way gives, and leaves to that what is not its own."""

from __future__ import annotations

import pytest
import torch

import wubu
from wubu.errors import ShapeError
from wubu.layers import quick_call

L = wubu.layers


def both_ways(monkeypatch, layer, x):
    quick = layer(x)
    with monkeypatch.context() as patch:
        patch.setattr(quick_call, "run", lambda layer, x: quick_call.LONG_WAY)
        return quick, layer(x)


def test_models_give_the_same_either_way(monkeypatch):
    inputs = wubu.Input((6, 6, 2))
    y = L.Conv2D(4, 3, activation="relu")(inputs)
    y = L.BatchNormalization()(y)
    y = L.Dropout(0.5)(y)
    y = L.Dense(3, activation="softmax")(L.Flatten()(y))
    x = torch.rand(5, 6, 6, 2)
    for model in (wubu.Model(inputs, y), wubu.Sequential([L.Flatten(), L.Dense(4), L.LayerNormalization()])):
        model(x)
        quick, slow = both_ways(monkeypatch, model, x)
        assert torch.equal(quick, slow)


@pytest.mark.parametrize("training", [False, True])
def test_the_mode_of_training_reaches_inner_layers(training):
    class Tell(L.Layer):
        def call(self, inputs, training=None):
            return inputs + (1.0 if training else 0.0)

    model = wubu.Sequential([L.Dense(2, kernel_initializer="zeros"), Tell(), Tell()])
    x = torch.zeros(1, 3)
    model(x)
    assert model(x, training=training)[0, 0] == (2.0 if training else 0.0)
    model.train(training)
    assert model(x)[0, 0] == (2.0 if training else 0.0)


def test_what_needs_the_long_way_takes_it():
    x = torch.rand(2, 4)
    dense = L.Dense(3)
    assert quick_call.run(dense, x) is quick_call.LONG_WAY  # not built
    dense(x)
    assert isinstance(quick_call.run(dense, x), torch.Tensor)
    assert quick_call.run(dense, x.double()) is quick_call.LONG_WAY
    assert quick_call.run(dense, torch.rand(2, 5)) is quick_call.LONG_WAY
    with pytest.raises(ShapeError, match="axis -1"):
        dense(torch.rand(2, 5))
    masked = x.clone()
    masked._keras_mask = torch.ones(2, dtype=torch.bool)
    assert quick_call.run(dense, masked) is quick_call.LONG_WAY
    regular = L.Dense(3, activity_regularizer="l2")
    regular(x)
    assert quick_call.run(regular, x) is quick_call.LONG_WAY
    half = L.Dense(3, dtype="mixed_bfloat16")
    half(x)
    assert quick_call.run(half, x) is quick_call.LONG_WAY


def test_losses_of_the_call_before_are_forgotten():
    class Penalty(L.Layer):
        def call(self, inputs):
            self.add_loss(inputs.sum())
            return inputs

    layer = Penalty()
    for _ in range(3):
        layer(torch.ones(2))
        assert [float(loss) for loss in layer.losses] == [2.0]


def test_average_pooling_halves_unless_told_otherwise():
    assert tuple(L.AveragePooling2D()(torch.rand(1, 4, 4, 1)).shape) == (1, 2, 2, 1)
    assert L.AveragePooling1D().pool_size == (2,) and L.AveragePooling3D().pool_size == (2, 2, 2)
