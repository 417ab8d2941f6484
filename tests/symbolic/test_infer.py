"""Shapes without values, and the graph that functions leave behind."""

from __future__ import annotations

import pytest
import torch

from wubu.errors import ArgumentError, ShapeError
from wubu.symbolic.function import op, record
from wubu.symbolic.infer import infer
from wubu.symbolic.keras_tensor import KerasTensor


def test_unknown_sizes_stay_unknown():
    made = infer(lambda x: (x.flatten(1), x.sum(0), x.argmax(-1)), KerasTensor((None, 3, 4)))
    assert [t.shape for t in made] == [(None, 12), (3, 4), (None, 3)]
    assert made[2].dtype == "int64"


def test_sizes_computed_from_unknown_ones_are_unknown():
    assert infer(lambda x: torch.cat([x, x], 1), KerasTensor((None, None, 2))).shape == (None, None, 2)


def test_rank_must_not_depend_on_unknown_sizes():
    with pytest.raises(ShapeError, match="number of axes"):
        infer(lambda x: x.squeeze() if x.shape[0] == 83 else x, KerasTensor((None, 1)))


def test_operators_methods_and_torch_functions_are_recorded():
    x = KerasTensor((None, 4))
    for made in (2 - x, x @ torch.ones(4, 3), x.mean(1, keepdim=True), torch.exp(x), -x, abs(x), x[:, 0], x > 0):
        history = made._keras_history
        assert history.operation._inbound_nodes[0].input_tensors[0] is x
        assert history.operation._inbound_nodes[0].output_tensors[history.tensor_index] is made
    assert (x @ torch.ones(4, 3)).shape == (None, 3)
    assert (x > 0).dtype == "bool"
    parts = record(torch.split, x, 2, dim=1)
    assert [p.shape for p in parts] == [(None, 2), (None, 2)]


def test_op_runs_at_once_on_real_tensors():
    @op
    def double(x):
        return x * 2

    assert torch.equal(double(torch.ones(2)), torch.full((2,), 2.0))
    assert double(KerasTensor((None, 2))).shape == (None, 2)


@pytest.mark.parametrize("use", [bool, float, int, list, len, lambda x: __import__("numpy").asarray(x)])
def test_values_are_refused_with_a_reason(use):
    with pytest.raises(ArgumentError, match="no|none|has no|needs values"):
        use(KerasTensor((None, 2)))
