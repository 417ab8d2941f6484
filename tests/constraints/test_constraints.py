"""Every public constraint against real Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch

from wubu import constraints
from wubu.errors import UnknownArgumentError, UnknownNameError

W = np.random.default_rng(5).normal(size=(5, 4)).astype("float32")
KERNEL = np.random.default_rng(6).normal(size=(3, 3, 2, 4)).astype("float32")
CASES: list[tuple[str, dict[str, Any]]] = [
    ("Constraint", {}),
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.5, "axis": 1}),
    ("MaxNorm", {"max_value": 0.5, "axis": [0, 1]}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 0.8, "max_value": 0.9, "rate": 0.3, "axis": 1}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": 1}),
    ("UnitNorm", {"axis": [0, 1, 2]}),
]


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_values_and_configs(name: str, arguments: dict[str, Any]) -> None:
    ours, theirs = getattr(constraints, name)(**arguments), getattr(keras.constraints, name)(**arguments)
    for w in (W, KERNEL, np.zeros((5, 4), "float32")):
        if len(arguments.get("axis", ()) if isinstance(arguments.get("axis"), list) else ()) > w.ndim:
            continue
        torch.testing.assert_close(ours(torch.tensor(w)), theirs(torch.tensor(w)), rtol=1e-5, atol=1e-7)
    assert ours.get_config() == theirs.get_config()
    assert constraints.serialize(ours) == keras.constraints.serialize(theirs)
    back = constraints.deserialize(keras.constraints.serialize(theirs))
    assert type(back) is type(ours) and back.get_config() == ours.get_config()
    assert keras.constraints.deserialize(constraints.serialize(ours)).get_config() == theirs.get_config()


def test_an_array_gives_a_tensor() -> None:
    assert constraints.NonNeg()(W).dtype is torch.float32


def test_every_public_name_is_here() -> None:
    assert {n for n in dir(keras.constraints) if not n.startswith("_")} <= set(constraints.__all__)
    assert all(hasattr(constraints, name) for name in constraints.__all__)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("max_norm", "MaxNorm"),
        ("MaxNorm", "MaxNorm"),
        ("maxnorm", "MaxNorm"),
        ("min_max_norm", "MinMaxNorm"),
        ("non_neg", "NonNeg"),
        ("nonneg", "NonNeg"),
        ("unit_norm", "UnitNorm"),
        ("unitnorm", "UnitNorm"),
    ],
)
def test_names(name: str, cls: str) -> None:
    assert type(constraints.get(name)) is getattr(constraints, cls)
    assert getattr(constraints, name) is getattr(constraints, cls)
    assert type(constraints.deserialize(name)) is getattr(constraints, cls)


def test_get() -> None:
    assert constraints.get(None) is None
    assert constraints.get(torch.relu) is torch.relu
    assert isinstance(constraints.get(constraints.NonNeg), constraints.NonNeg)
    assert constraints.get({"class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0}}).max_value == 3
    with pytest.raises(UnknownNameError, match="Unknown constraint: 'max_nrom'.*'max_norm'"):
        constraints.get("max_nrom")
    with pytest.raises(ValueError, match="constraint"):
        constraints.get(3.5)


def test_keras_1_arguments() -> None:
    assert constraints.maxnorm(m=3).max_value == 3
    with pytest.raises(UnknownArgumentError, match="'max_valeu'.*'max_value'"):
        constraints.MaxNorm(max_valeu=3)
