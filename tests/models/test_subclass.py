"""Subclassed models and layers: tracking, building, configs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import wubu

L = wubu.layers


class Block(wubu.Model):
    def __init__(self, units, depth=2, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [L.Dense(units) for _ in range(depth)]
        self.named = {"head": L.Dense(1)}
        self.drop = L.Dropout(0.5)

    def call(self, inputs, training=None):
        x = inputs
        for block in self.blocks:
            x = self.drop(block(x), training=training)
        return self.named["head"](x)


def test_layers_in_lists_and_dicts_are_tracked():
    model = Block(3)
    model.build((None, 4))
    assert model.count_params() == 15 + 12 + 4
    assert [type(x).__name__ for x in model.layers] == ["Dense", "Dense", "Dense", "Dropout"]
    assert "blocks.0.kernel" in model.state_dict() and "named.head.bias" in model.state_dict()
    model.blocks.append(L.Dense(3))
    assert len(model.layers) == 5


def test_training_flows_to_inner_layers():
    model = Block(64)
    x = torch.ones(8, 4)
    assert torch.equal(model(x), model(x))
    assert not torch.equal(model(x, training=True), model(x, training=True))


def test_call_builds_and_get_weights_round_trips():
    a, b = Block(3), Block(3)
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    a(x), b(x)
    b.set_weights(a.get_weights())
    assert torch.equal(a(x), b(x))


def test_config_is_remembered():
    model = Block(5, depth=3, name="mine")
    config = model.get_config()
    assert config["units"] == 5 and config["depth"] == 3 and config["name"] == "mine"
    again = Block.from_config(config)
    assert again.name == "mine" and len(again.blocks) == 3


def test_forgotten_super_init_is_explained():
    class Forgot(wubu.Model):
        def __init__(self):
            self.dense = L.Dense(1)

    with pytest.raises(AttributeError, match="super"):
        Forgot()


def test_layer_with_losses_and_metrics():
    class Penalised(L.Layer):
        def build(self, input_shape):
            self.w = self.add_weight((input_shape[-1],), "ones", regularizer="l2", name="w")

        def call(self, inputs):
            self.add_loss(inputs.sum() * 0.5)
            return inputs * self.w

    layer = Penalised()
    layer(torch.ones(2, 3))
    layer(torch.ones(2, 3))
    assert len(layer.losses) == 2
    assert float(layer.losses[0]) == 3.0
    assert float(layer.losses[1]) == pytest.approx(0.03)
