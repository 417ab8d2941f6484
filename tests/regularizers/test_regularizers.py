"""Every public regularizer against real Keras: values, gradients, configs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch

from wubu import regularizers
from wubu.errors import ArgumentError, ShapeError, UnknownArgumentError, UnknownNameError

W = np.random.default_rng(5).normal(size=(5, 4)).astype("float32")
CASES: list[tuple[str, dict[str, Any]]] = [
    ("L1", {}),
    ("L1", {"l1": 0.25}),
    ("L2", {}),
    ("L2", {"l2": 0.25}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.25}),
    ("L1L2", {"l2": 0.5}),
    ("L1L2", {"l1": 0.25, "l2": 0.5}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}),
]


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_values_and_gradients(name: str, arguments: dict[str, Any]) -> None:
    results = []
    for library in (regularizers, keras.regularizers):
        x = torch.tensor(W, requires_grad=True)
        value = getattr(library, name)(**arguments)(x)
        if value.requires_grad:
            value.backward()
        results.append((value.detach(), x.grad))
    assert results[0][0].shape == ()
    torch.testing.assert_close(results[0][0], results[1][0], rtol=1e-5, atol=0)
    if results[1][1] is not None:
        torch.testing.assert_close(results[0][1], results[1][1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_configs(name: str, arguments: dict[str, Any]) -> None:
    ours, theirs = getattr(regularizers, name)(**arguments), getattr(keras.regularizers, name)(**arguments)
    # Keras keeps some factors as 32-bit tensors, and writes 0.009999999776482582 for 0.01.
    assert ours.get_config() == {k: pytest.approx(v) for k, v in theirs.get_config().items()}
    config = keras.regularizers.serialize(theirs)
    assert {**regularizers.serialize(ours), "config": None} == {**config, "config": None}
    back = regularizers.deserialize(config)
    assert type(back) is type(ours)
    again = keras.regularizers.deserialize(regularizers.serialize(ours))
    assert again.get_config() == theirs.get_config()


def test_every_public_name_is_here() -> None:
    assert {n for n in dir(keras.regularizers) if not n.startswith("_")} <= set(regularizers.__all__)
    assert all(hasattr(regularizers, name) for name in regularizers.__all__)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("l1", "L1"),
        ("L1", "L1"),
        ("l2", "L2"),
        ("L2", "L2"),
        ("l1_l2", "L1L2"),
        ("l1l2", "L1L2"),
        ("L1L2", "L1L2"),
        ("orthogonal_regularizer", "OrthogonalRegularizer"),
        ("activity_l2", "L2"),
        ("WeightRegularizer", "L1L2"),
    ],
)
def test_names(name: str, cls: str) -> None:
    assert type(regularizers.get(name)) is getattr(regularizers, cls)
    assert getattr(regularizers, name) is getattr(regularizers, cls)
    assert type(regularizers.deserialize(name)) is getattr(regularizers, cls)


def test_get() -> None:
    assert regularizers.get(None) is None
    assert regularizers.get(torch.sum) is torch.sum
    assert regularizers.get({"class_name": "L2", "config": {"l2": 0.5}}).l2 == 0.5
    with pytest.raises(UnknownNameError, match="Unknown regularizer: 'l3'.*'l1'"):
        regularizers.get("l3")
    with pytest.raises(ValueError, match="regularizer"):
        regularizers.get(3.5)


def test_old_and_odd_arguments() -> None:
    assert regularizers.l2(l=0.5).l2 == 0.5
    assert regularizers.l1(0.5).l1 == 0.5
    assert regularizers.L2(None).l2 == 0.01
    assert regularizers.L2(np.float32(0.5)).l2 == 0.5
    assert regularizers.L1L2(None, None).get_config() == {"l1": 0.0, "l2": 0.0}
    with pytest.raises(UnknownArgumentError, match="'factor'"):
        regularizers.l2(factor=0.5)
    for wrong in (-1, float("nan"), "much"):
        with pytest.raises(ArgumentError, match="l2="):
            regularizers.L2(wrong)
    with pytest.raises(ArgumentError, match="mode='diagonal'"):
        regularizers.OrthogonalRegularizer(mode="diagonal")
    with pytest.raises(ShapeError, match="two axes"):
        regularizers.OrthogonalRegularizer()(torch.ones(3))


def test_a_regularizer_of_one_s_own() -> None:
    class Mine(regularizers.Regularizer):
        def __init__(self, strength: float = 1.0) -> None:
            self.strength = strength

        def __call__(self, x: Any) -> Any:
            return self.strength * torch.sum(x)

        def get_config(self) -> dict[str, Any]:
            return {"strength": self.strength}

    config = regularizers.serialize(Mine(2.0))
    assert regularizers.deserialize(config, custom_objects={"Mine": Mine}).strength == 2.0
    with pytest.raises(NotImplementedError, match="get_config"):
        regularizers.Regularizer().get_config()
