"""Torch modules as layers, and layers in torch modules."""

from __future__ import annotations

import pytest
import torch

import wubu.layers
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, UnsafeFileError


def test_parameters_become_weights_and_stay_the_same_objects():
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())
    kept = list(module.parameters())
    layer = wubu.layers.TorchModule(module)
    assert [id(w) for w in layer.weights] == [id(p) for p in kept]
    assert all(isinstance(w, Variable) for w in layer.weights)
    assert layer(torch.ones(2, 4)).shape == (2, 3)
    layer.trainable = False
    assert not layer.trainable_weights and not any(p.requires_grad for p in kept)


def test_the_mode_is_set_from_the_call():
    layer = wubu.layers.TorchModule(torch.nn.Dropout(0.5))
    x = torch.ones(50, 50)
    assert torch.equal(layer(x), x)
    assert (layer(x, training=True) == 0).any()
    assert torch.equal(layer(x, training=False), x)


def test_symbolic_shapes_and_lazy_modules():
    layer = wubu.layers.TorchModule(torch.nn.LazyLinear(3))
    made = layer(wubu.layers.Input((5,)))
    assert made.shape == (None, 3)
    assert [tuple(w.shape) for w in layer.weights] == [(3, 5), (3,)]


class Stubborn(torch.nn.Module):
    """Cannot run without values."""

    def forward(self, x):
        return x[:, : int(x.sum() * 0) + 2]


def test_a_module_that_needs_values_runs_on_zeros_or_is_told_its_shape():
    assert wubu.layers.TorchModule(Stubborn())(wubu.layers.Input((5,))).shape == (None, 2)
    told = wubu.layers.TorchModule(Stubborn(), output_shape=(None, 2))
    assert told(wubu.layers.Input((5,))).shape == (None, 2)


def test_a_pickled_module_is_only_loaded_when_asked():
    layer = wubu.layers.TorchModule(torch.nn.Linear(4, 3))
    config = layer.get_config()
    with pytest.raises(UnsafeFileError, match="safe_mode"):
        wubu.layers.TorchModule.from_config(config)
    again = wubu.layers.TorchModule.from_config(config, safe_mode=False)
    assert torch.equal(again(torch.ones(2, 4)), layer(torch.ones(2, 4)))
    with pytest.raises(ArgumentError, match="torch.nn.Module"):
        wubu.layers.TorchModule(lambda x: x)


def test_buffers_are_saved_too():
    layer = wubu.layers.TorchModule(torch.nn.BatchNorm1d(3))
    layer(torch.randn(8, 3) + 2, training=True)
    store: dict = {}
    layer.save_own_variables(store)
    fresh = wubu.layers.TorchModule(torch.nn.BatchNorm1d(3))
    fresh.load_own_variables(store)
    assert torch.equal(fresh.module.running_mean, layer.module.running_mean)


def test_a_layer_within_a_torch_model_learns():
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), wubu.layers.Dense(8, activation="relu"), wubu.layers.Dense(1))
    model(torch.ones(1, 4))  # builds
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.randn(64, 4)
    y = x.sum(1, keepdim=True)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 5


def test_training_mode_of_torch_reaches_layers():
    model = torch.nn.Sequential(wubu.layers.Dropout(0.5))
    x = torch.ones(20, 20)
    model.eval()
    assert torch.equal(model(x), x)
    model.train()
    assert (model(x) == 0).any()


def test_half_precision_policy_keeps_the_module_as_it_is():
    layer = wubu.layers.TorchModule(torch.nn.Linear(4, 3), dtype="mixed_bfloat16")
    assert layer(torch.ones(2, 4, dtype=torch.bfloat16)).dtype is torch.float32
