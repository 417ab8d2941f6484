"""Operations of one's own, parts of graphs as functions, and scopes of names."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import wubu
from wubu.errors import ArgumentError


@wubu.saving.register_keras_serializable(package="tests")
class Scaled(wubu.Operation):
    def __init__(self, factor, name=None):
        super().__init__(name=name)
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


def test_an_operation_is_a_node(tmp_path):
    x = wubu.Input((3,))
    operation = Scaled(2.0)
    y = operation(x)
    assert y.shape == (None, 3) and operation.output is y and operation.input is x
    model = wubu.Model(x, wubu.layers.Dense(1)(y))
    data = torch.randn(4, 3)
    torch.testing.assert_close(model(data), model.layers[-1](2 * data))
    model.save(tmp_path / "m.keras")
    torch.testing.assert_close(wubu.saving.load_model(tmp_path / "m.keras")(data), model(data))


def test_an_operation_with_a_spec_of_its_own():
    class Halves(wubu.Operation):
        def call(self, x):
            return x[: len(x) // 2]

        def compute_output_spec(self, x):
            return wubu.KerasTensor((None, *x.shape[1:]), x.dtype)

    assert Halves()(wubu.Input((3,))).shape == (None, 3)
    assert Halves()(torch.ones(4, 3)).shape == (2, 3)


def test_a_function_between_tensors_of_a_graph():
    a, b = wubu.Input((2,)), wubu.Input((2,))
    middle = a + b
    function = wubu.Function({"a": a, "b": b}, [middle, middle * 3])
    one = torch.ones(1, 2, requires_grad=True)
    total, third = function({"a": one, "b": np.ones((1, 2), "float32")})
    assert total.tolist() == [[2.0, 2.0]] and third.tolist() == [[6.0, 6.0]]
    (slope,) = torch.autograd.grad(third.sum(), one)
    assert slope.tolist() == [[3.0, 3.0]]
    assert wubu.Function(middle, middle * 3)(torch.ones(1, 2)).tolist() == [[3.0, 3.0]]
    with pytest.raises(ArgumentError, match="no value is given"):
        wubu.Function(a, middle)
    with pytest.raises(ArgumentError, match="symbolic"):
        wubu.Function([], middle)


def test_scopes_stand_before_names():
    with wubu.name_scope("tower"), wubu.name_scope("left"):
        assert wubu.Variable(1.0, name="scale").path == "tower/left/scale"
    assert wubu.Variable(1.0, name="scale").path == "scale"


def test_a_device_is_a_scope():
    with wubu.device("cpu:0"):
        assert wubu.Variable(1.0).device.type == "cpu"
