"""Weights: torch parameters that answer to Keras's names."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch

from wubu.core.variable import Variable
from wubu.errors import ArgumentError, ShapeError


def test_is_a_parameter_and_gives_plain_tensors():
    v = Variable(np.ones((2, 3), "float32"), name="w")
    assert isinstance(v, torch.nn.Parameter) and v.requires_grad and v.name == "w"
    assert type(v * 2) is torch.Tensor and type(v.detach()) in (torch.Tensor, Variable)
    (v.sum() * 3).backward()
    assert float(v.grad[0, 0]) == 3


def test_assign_in_place_under_autograd():
    v = Variable([1.0, 2.0])
    pointer = v.data_ptr()
    v.assign([3, 4]).assign_add([1, 1]).assign_sub(np.array([0.5, 0.5]))
    assert v.numpy().tolist() == [3.5, 4.5] and v.data_ptr() == pointer
    with pytest.raises(ShapeError, match=r"\(2,\).*Received.*\(3,\)"):
        v.assign([1, 2, 3])


def test_made_by_an_initializer():
    v = Variable(lambda shape, dtype: torch.full(shape, 7.0), shape=(2,), dtype="float64", trainable=False)
    assert v.dtype is torch.float64 and not v.requires_grad and v.numpy().tolist() == [7, 7]
    with pytest.raises(ArgumentError, match="shape"):
        Variable(lambda shape, dtype: torch.zeros(shape))
    assert Variable(3, dtype="int64").requires_grad is False


def test_numpy_is_a_copy():
    v = Variable([1.0])
    a = v.numpy()
    a[0] = 9
    assert float(v) == 1 and np.asarray(v).tolist() == [1.0]


def test_deepcopy_and_pickle_keep_what_is_known_of_it():
    v = Variable([1.0, 2.0], name="w", trainable=True)
    v.path = "layer/w"
    for other in (copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert isinstance(other, Variable) and other.path == "layer/w" and other.requires_grad
        assert other.data_ptr() != v.data_ptr() and torch.equal(other, v)


def test_adopt_keeps_identity():
    linear = torch.nn.Linear(2, 3)
    weight = linear.weight
    made = Variable.adopt(weight, "weight")
    assert made is weight and linear.weight is made and made.name == "weight" and made._trainable
    optimizer = torch.optim.SGD(linear.parameters(), 0.1)
    linear(torch.ones(1, 2)).sum().backward()
    optimizer.step()


def test_moving_a_module_keeps_the_variable():
    module = torch.nn.Module()
    module.w = Variable([1.0])
    before = module.w
    module.to(torch.float64)
    assert module.w is before and before.dtype is torch.float64
