"""Functional models against real Keras: the same order of layers and weights, the same outputs, configs either can read."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest
import torch

import wubu
from wubu.errors import ArgumentError, ShapeError


def diamond(k):
    inputs = k.Input((6,), name="inputs")
    left = k.layers.Dense(5, activation="relu", name="left")(inputs)
    right = k.layers.Dense(5, activation="tanh", name="right")(inputs)
    joined = k.layers.Add(name="joined")([left, right])
    return k.Model(inputs, k.layers.Dense(2, name="out")(joined), name="diamond")


def shared(k):
    a, b = k.Input((4,), name="a"), k.Input((4,), name="b")
    twice = k.layers.Dense(3, name="twice")
    merged = k.layers.Concatenate(name="merged")([twice(a), twice(b)])
    return k.Model([a, b], [k.layers.Dense(2, name="y")(merged), twice(b)], name="shared")


def nested(k):
    inner_in = k.Input((4,), name="inner_in")
    inner = k.Model(inner_in, k.layers.Dense(3, name="inner_dense")(inner_in), name="inner")
    stack = k.Sequential([k.Input((3,), name="stack_in"), k.layers.Dense(3, name="stack_dense")], name="stack")
    outer = k.Input((4,), name="outer")
    return k.Model(outer, stack(inner(outer)), name="nested")


def named(k):
    inputs = {"x": k.Input((3,), name="x"), "y": k.Input((2,), name="y")}
    h = k.layers.Concatenate(name="cat")([inputs["x"], inputs["y"]])
    return k.Model(inputs, {"p": k.layers.Dense(1, name="p")(h), "q": k.layers.Dense(2, name="q")(h)}, name="named")


def residual(k):
    inputs = k.Input((4,), name="inputs")
    x = inputs
    for i in range(3):
        y = k.layers.Dense(4, name=f"d{i}")(x)
        x = k.layers.Add(name=f"add{i}")([x, y])
    return k.Model(inputs, [x, k.layers.Dense(1, name="head")(y)], name="residual")


def data_for(model):
    rng = np.random.default_rng(0)
    made = {t.name: rng.normal(size=(5, *t.shape[1:])).astype("float32") for t in model.inputs}
    values = list(made.values())
    return made if isinstance(model.input, dict) else values[0] if len(values) == 1 else values


def flat(outputs):
    return [np.asarray(o.detach()) for o in wubu.core.nest.flatten(outputs)]


MAKERS = [diamond, shared, nested, named, residual]


@pytest.mark.parametrize("make", MAKERS)
def test_same_order_and_outputs_as_keras(make):
    theirs, ours = make(keras), make(wubu)
    assert [x.name for x in ours.layers] == [x.name for x in theirs.layers]
    assert [tuple(w.shape) for w in ours.weights] == [tuple(w.shape) for w in theirs.weights]
    ours.set_weights(theirs.get_weights())
    x = data_for(theirs)
    for a, b in zip(flat(ours(x)), [keras.ops.convert_to_numpy(o) for o in keras.tree.flatten(theirs(x))], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", MAKERS)
def test_configs_cross(make):
    theirs, ours = make(keras), make(wubu)
    read_by_keras = keras.models.model_from_json(ours.to_json())
    read_by_us = wubu.models.model_from_json(theirs.to_json())
    for other in (read_by_keras, read_by_us):
        assert [x.name for x in other.layers] == [x.name for x in ours.layers]
    read_by_us.set_weights(theirs.get_weights())
    x = data_for(theirs)
    for a, b in zip(
        flat(read_by_us(x)), [keras.ops.convert_to_numpy(o) for o in keras.tree.flatten(theirs(x))], strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_config_is_keras_own():
    theirs, ours = diamond(keras).get_config(), diamond(wubu).get_config()
    ours, theirs = json.loads(json.dumps(ours)), json.loads(json.dumps(theirs))
    assert ours["input_layers"] == theirs["input_layers"] and ours["output_layers"] == theirs["output_layers"]
    for a, b in zip(ours["layers"], theirs["layers"], strict=True):
        assert a["inbound_nodes"] == b["inbound_nodes"]
        assert (a["module"], a["class_name"], a["name"]) == (b["module"], b["class_name"], b["name"])


def test_functions_and_operators_in_the_graph():
    inputs = wubu.Input((4,))
    y = torch.relu(inputs * 2.0 - 1.0)[:, 1:]
    model = wubu.Model(inputs, y.mean(1))
    x = torch.arange(8.0).reshape(2, 4)
    expected = torch.relu(x * 2 - 1)[:, 1:].mean(1)
    torch.testing.assert_close(model(x), expected)
    again = wubu.models.model_from_json(model.to_json())
    torch.testing.assert_close(again(x), expected)


def test_operators_open_in_keras():
    inputs = wubu.Input((4,), name="inputs")
    model = wubu.Model(inputs, wubu.layers.Dense(2, name="d")((inputs * 2.0 - 1.0) / 3.0))
    theirs = keras.models.model_from_json(model.to_json())
    theirs.set_weights(model.get_weights())
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs(x)), model(x).detach().numpy(), rtol=1e-5)


def test_sub_model_of_a_model():
    full = diamond(wubu)
    part = wubu.Model(full.input, full.get_layer("joined").output)
    assert part(torch.ones(2, 6)).shape == (2, 5)
    assert part.get_layer("left") is full.get_layer("left")


def test_wrong_shape_names_the_input():
    model = diamond(wubu)
    with pytest.raises(ShapeError, match=r"'inputs'.*\(None, 6\).*Received.*\(2, 7\)"):
        model(torch.ones(2, 7))
    with pytest.raises(ArgumentError, match="2 input"):
        shared(wubu)(torch.ones(2, 4))
    with pytest.raises(ArgumentError, match="missing"):
        named(wubu)({"x": torch.ones(2, 3)})


def test_unreachable_input_is_named():
    a, b = wubu.Input((2,), name="a"), wubu.Input((2,), name="b")
    with pytest.raises(ArgumentError, match="'b'"):
        wubu.Model(a, wubu.layers.Add()([a, b]))


def test_subclass_that_passes_its_graph_on():
    class Sub(wubu.Model):
        def __init__(self, units=3, **kwargs):
            inputs = wubu.Input((4,))
            super().__init__(inputs, wubu.layers.Dense(units)(inputs), **kwargs)

    model = Sub(2, name="mine")
    assert isinstance(model, Sub) and model.name == "mine"
    assert model(torch.ones(1, 4)).shape == (1, 2)
    assert len(model.layers) == 2


@pytest.mark.parametrize("make", MAKERS)
def test_pickle(make):
    import pickle

    model = make(wubu)
    again = pickle.loads(pickle.dumps(model))
    x = data_for(model)
    for a, b in zip(flat(model(x)), flat(again(x)), strict=True):
        np.testing.assert_array_equal(a, b)
