"""Sequential models: when they are built, what they are made of, and that they are torch modules."""

from __future__ import annotations

import copy

import keras
import numpy as np
import pytest
import torch

import wubu
from wubu.errors import ArgumentError, NotBuiltError

L = wubu.layers


def test_built_by_input_shape_and_by_input():
    a = wubu.Sequential([L.Dense(3, input_shape=(4,)), L.Dense(1)])
    b = wubu.Sequential([wubu.Input((4,)), L.Dense(3), L.Dense(1)])
    c = wubu.Sequential([L.Dense(3, input_dim=4), L.Dense(1)])
    for model in (a, b, c):
        assert model.built and model.count_params() == 19 and len(model.layers) == 2
        assert model.input_shape == (None, 4) and model.output_shape == (None, 1)


def test_deferred_build():
    model = wubu.Sequential([L.Dense(3), L.Dense(1)])
    assert not model.built
    with pytest.raises(NotBuiltError, match="build"):
        model.summary()
    assert model(np.ones((2, 4), "float32")).shape == (2, 1)
    assert model.built and model.count_params() == 19


def test_add_and_pop():
    model = wubu.Sequential([wubu.Input((4,)), L.Dense(3), L.Dense(2)])
    popped = model.pop()
    assert popped.units == 2 and model.output_shape == (None, 3)
    model.add(L.Dense(5))
    assert model.output_shape == (None, 5) and [w.shape[-1] for w in model.weights] == [3, 3, 5, 5]
    with pytest.raises(ArgumentError, match="has an Input already"):
        model.add(wubu.Input((3,)))
    with pytest.raises(ArgumentError, match="first"):
        wubu.Sequential([L.Dense(1)]).add(wubu.Input((3,)))
    with pytest.raises(ArgumentError, match="differ"):
        model.add(L.Dense(1, name=model.layers[0].name))


def test_integers_are_cast_to_the_input_type():
    model = wubu.Sequential([L.Flatten(input_shape=(2, 2)), L.Dense(1)])
    assert model(np.ones((3, 2, 2), "uint8")).shape == (3, 1)


def test_stands_in_torch_sequential_and_holds_torch_modules():
    inner = wubu.Sequential([L.Dense(3, input_shape=(4,)), L.Dropout(0.5)])
    outer = torch.nn.Sequential(torch.nn.Linear(2, 4), inner)
    assert len(list(outer.parameters())) == 4
    outer(torch.ones(5, 2)).sum().backward()
    assert all(p.grad is not None for p in outer.parameters())
    outer.eval()
    assert torch.equal(outer(torch.ones(5, 2)), outer(torch.ones(5, 2)))
    outer.train()
    assert not torch.equal(outer(torch.ones(50, 2)), outer(torch.ones(50, 2)))
    holder = wubu.Sequential([wubu.Input((4,)), torch.nn.Linear(4, 3), L.Dense(1)])
    assert holder(torch.ones(2, 4)).shape == (2, 1) and holder.count_params() == 19
    assert len(holder.trainable_weights) == 4


def test_state_dict_round_trip_and_deepcopy():
    model = wubu.Sequential([L.Dense(3, input_shape=(4,)), L.BatchNormalization(), L.Dense(1)])
    twin = wubu.models.clone_model(model)
    x = torch.randn(6, 4)
    assert not torch.equal(model(x), twin(x))
    twin.set_weights(model.get_weights())
    assert torch.equal(model(x), twin(x))
    deep = copy.deepcopy(model)
    deep.layers[0].kernel.assign(np.zeros((4, 3)))
    assert model.layers[0].kernel.abs().sum() > 0
    fresh = wubu.models.clone_model(model)
    state = {
        k.replace(a.name, b.name, 1): v
        for (a, b) in zip(model.layers, fresh.layers)
        for k, v in model.state_dict().items()
        if k.startswith(a.name + ".")
    }
    fresh.load_state_dict(state)
    assert torch.equal(model(x), fresh(x))


def test_trainable_freezes_recursively():
    inner = wubu.Sequential([L.Dense(3, input_shape=(4,)), L.BatchNormalization()], name="inner")
    model = wubu.Sequential([inner, L.Dense(1)])
    assert len(model.trainable_weights) == 6 and len(model.non_trainable_weights) == 2
    inner.trainable = False
    assert len(model.trainable_weights) == 2 and not inner.layers[0].trainable
    assert not inner.layers[0].kernel.requires_grad
    inner.trainable = True
    assert len(model.trainable_weights) == 6 and not inner.layers[1].moving_mean.requires_grad


def test_json_crosses_with_keras():
    ours = wubu.Sequential([L.Dense(3, activation="relu", input_shape=(4,)), L.Dropout(0.2), L.Dense(1)])
    theirs = keras.models.model_from_json(ours.to_json())
    assert theirs.count_params() == 19
    again = wubu.models.model_from_json(theirs.to_json())
    assert again.count_params() == 19 and [x.name for x in again.layers] == [x.name for x in ours.layers]
