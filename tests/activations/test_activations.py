"""Every public activation against real Keras: values, gradients, types, names, configs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch

from wubu import activations
from wubu.core.registry import custom_object_scope
from wubu.errors import UnknownNameError
from wubu.symbolic.keras_tensor import KerasTensor

NAMES = sorted(set(dir(keras.activations)) - {"deserialize", "get", "serialize"})
NAMES = [n for n in NAMES if not n.startswith("_")]
X = np.random.default_rng(3).normal(scale=3.0, size=(6, 4, 8)).astype("float32")
EDGES = np.array([[-1e3, -100, -20.5, -3, -1, -0.5, -1e-6, 0], [1e-6, 0.5, 1, 3, 6, 20.5, 100, 1e3]], "float32")
ARGUMENTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {"threshold": 0.3, "default_value": -2.0} if name == "threshold" else {}) for name in NAMES),
    ("celu", {"alpha": 0.4}),
    ("elu", {"alpha": 0.4}),
    ("gelu", {"approximate": True}),
    ("glu", {"axis": 1}),
    ("hard_shrink", {"threshold": 1.5}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("log_softmax", {"axis": 1}),
    ("relu", {"max_value": 1.5}),
    ("relu", {"max_value": 6.0}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"negative_slope": 0.1, "max_value": 1.0}),
    ("relu", {"negative_slope": 0.1, "max_value": 2.0, "threshold": 0.5}),
    ("relu", {"threshold": 0.5}),
    ("relu", {"threshold": -0.5}),
    ("relu", {"threshold": 1.0, "max_value": 2.0}),
    ("soft_shrink", {"threshold": 1.5}),
    ("softmax", {"axis": 1}),
    ("softmax", {"axis": (-2)}),
    ("sparsemax", {"axis": 1}),
    ("squareplus", {"b": 1.5}),
]


@pytest.mark.parametrize("values", ["normal", "edges"])
@pytest.mark.parametrize(("name", "arguments"), ARGUMENTS)
def test_value_and_gradient(name: str, arguments: dict[str, Any], values: str) -> None:
    data = X if values == "normal" else EDGES
    weight = torch.tensor(np.random.default_rng(4).normal(size=data.shape).astype("float32"))
    results = []
    for library in (activations, keras.activations):
        x = torch.tensor(data, requires_grad=True)
        y = getattr(library, name)(x, **arguments)
        (y * weight[tuple(slice(n) for n in y.shape)]).sum().backward()
        results.append((y.detach(), x.grad))
    torch.testing.assert_close(results[0][0], results[1][0], rtol=1e-5, atol=1e-7, equal_nan=True)
    torch.testing.assert_close(results[0][1], results[1][1], rtol=1e-5, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "threshold"])
def test_arrays_and_half_types(name: str) -> None:
    function = getattr(activations, name)
    if name != "linear":
        assert isinstance(function(X), torch.Tensor)
        np.testing.assert_array_equal(function(X).numpy(), function(torch.tensor(X)).numpy())
        assert function(X.astype("float64")).dtype is torch.float64
    assert function(torch.tensor(X).bfloat16()).dtype is torch.bfloat16


def test_lists_and_numbers() -> None:
    assert activations.relu([-1.0, 2.0]).tolist() == [0.0, 2.0]
    assert activations.relu([-1.0, 2.0]).dtype is torch.float32
    assert activations.relu(np.array([-1, 2])[::-1]).tolist() == [2, 0]
    assert activations.sigmoid(0.0) == 0.5


def test_softmax_over_everything() -> None:
    ours, theirs = activations.softmax(X, axis=None), keras.activations.softmax(X, axis=None)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(activations.log_softmax(X, axis=None), torch.log(ours), rtol=1e-5, atol=1e-5)


def test_logits_are_remembered() -> None:
    x = torch.tensor(X)
    assert activations.softmax(x)._keras_logits is x
    assert activations.sigmoid(x)._keras_logits is x


def test_every_public_name_is_here() -> None:
    assert {n for n in dir(keras.activations) if not n.startswith("_")} <= set(activations.__all__)
    assert all(hasattr(activations, name) for name in activations.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_names_and_configs(name: str) -> None:
    function = activations.get(name)
    assert function is getattr(activations, name)
    theirs = keras.activations.serialize(getattr(keras.activations, name))
    assert activations.serialize(function) == theirs
    assert activations.deserialize(theirs) is function
    assert keras.activations.deserialize(activations.serialize(function)) is getattr(keras.activations, name)


def test_get() -> None:
    assert activations.get(None) is activations.linear
    assert activations.get(torch.tanh) is torch.tanh
    assert activations.get("swish") is activations.silu
    assert activations.get("Hard_Sigmoid") is activations.hard_sigmoid
    config = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}
    assert activations.get(config) is activations.relu
    with pytest.raises(UnknownNameError, match="Unknown activation: 'rleu'.*'relu'"):
        activations.get("rleu")
    with pytest.raises(ValueError, match="activation"):
        activations.get(3.5)


def test_functions_of_one_s_own() -> None:
    def doubled(x: Any) -> Any:
        return 2 * x

    assert activations.get(doubled) is doubled
    config = activations.serialize(doubled)
    assert activations.deserialize(config, custom_objects={"doubled": doubled}) is doubled
    with custom_object_scope({"doubled": doubled}):
        assert activations.get("doubled") is doubled
        assert activations.get(config) is doubled


@pytest.mark.parametrize("name", [n for n in NAMES if n != "threshold"])
def test_symbolic_tensors_pass(name: str) -> None:
    y = getattr(activations, name)(KerasTensor((None, 4, 8)))
    assert y.shape == ((None, 4, 4) if name == "glu" else (None, 4, 8)) and y.dtype == "float32"


def test_layers_by_name() -> None:
    from wubu import layers

    assert isinstance(activations.get("LeakyReLU"), layers.LeakyReLU)
    assert isinstance(activations.get("prelu"), layers.PReLU)
    assert activations.get("leaky_relu") is activations.leaky_relu
