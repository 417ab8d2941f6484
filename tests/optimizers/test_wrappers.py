"""Optimizers made of optimizers, and the one that Keras's torch backend computes otherwise than its paper."""

import keras
import numpy as np
import pytest
import torch

from wubu import optimizers
from wubu.core.variable import Variable
from wubu.errors import ArgumentError


def pair():
    values = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    own, other = [], []
    for name, value in zip(("body", "head"), values):
        own.append(Variable(value, name="kernel"))
        own[-1].path = f"{name}/kernel"
        with keras.name_scope(name):
            other.append(keras.Variable(value, name="kernel"))
    return own, other


def assert_same(own, other):
    for a, b in zip(own, other):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-6)


def test_loss_scale_follows_keras():
    own, other = pair()
    mine = optimizers.LossScaleOptimizer(optimizers.SGD(0.1, momentum=0.9), initial_scale=16.0, dynamic_growth_steps=3)
    real = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.1, momentum=0.9), initial_scale=16.0, dynamic_growth_steps=3
    )
    assert float(mine.scale_loss(torch.tensor(2.0))) == 32.0
    for step in range(12):
        found = [torch.full((3,), float(step)), torch.ones(3)]
        if step in (1, 6):
            found[0][1] = float("nan") if step == 1 else float("inf")
        mine.apply([g.clone() for g in found], own)
        real.apply([g.clone() for g in found], other)
        assert_same(own, other)
        assert_same(mine.variables, real.variables)
        assert float(mine.scale_loss(torch.tensor(1.0))) == float(real.dynamic_scale)
    assert [v.name for v in mine.variables] == [v.name for v in real.variables]
    assert int(mine.iterations) == 10


def test_loss_scale_passes_settings_on():
    inner = optimizers.SGD(0.1)
    mine = optimizers.LossScaleOptimizer(inner)
    mine.learning_rate = 0.5
    assert inner.learning_rate_at(0) == mine.learning_rate_at(0) == 0.5
    again = optimizers.deserialize(optimizers.serialize(mine))
    assert again.inner_optimizer.learning_rate_at(0) == 0.5 and again.initial_scale == 2.0**15
    real = keras.optimizers.LossScaleOptimizer(keras.optimizers.Ftrl())
    assert optimizers.deserialize(keras.optimizers.serialize(real)).get_config()["initial_scale"] == 2.0**15
    with pytest.raises(ArgumentError, match="clipnorm"):
        optimizers.LossScaleOptimizer(inner, clipnorm=1.0)
    with pytest.raises(ArgumentError, match="dynamic"):
        optimizers.LossScaleOptimizer(inner, dynamic=False)
    with pytest.raises(ArgumentError, match="inner_optimizer"):
        optimizers.LossScaleOptimizer("sgd")


def test_multi_optimizer_follows_keras():
    own, other = pair()
    made = []
    for module in (optimizers, keras.optimizers):
        chosen = module.OptimizerMap(module.Adam(0.1), {"head/.*": module.SGD(0.5, momentum=0.9)})
        made.append(module.MultiOptimizer(chosen))
    mine, real = made
    mine.build(own)
    real.build(other)
    for step in range(5):
        found = [torch.full((3,), float(step)), torch.ones(3)]
        mine.apply(found, own)
        real.apply(found, other)
        assert_same(own, other)
    assert [v.name for v in mine.variables] == [v.name for v in real.variables]
    assert_same(mine.variables, real.variables)
    with pytest.raises(AttributeError, match="optimizers"):
        _ = mine.learning_rate
    again = optimizers.deserialize(optimizers.serialize(mine))
    assert [type(o).__name__ for o in again.optimizers] == ["SGD", "Adam"]
    assert again.optimizers[0].momentum == 0.9


def test_multi_optimizer_inside_loss_scale():
    own, _ = pair()
    chosen = optimizers.OptimizerMap(optimizers.Adam(0.1), {"head/.*": optimizers.SGD(0.5)})
    mine = optimizers.LossScaleOptimizer(optimizers.MultiOptimizer(chosen), initial_scale=2.0)
    before = own[1].numpy()
    mine.apply([torch.ones(3), torch.full((3,), 2.0)], own)
    np.testing.assert_allclose(own[1].numpy(), before - 0.5, rtol=1e-6)
    mine.apply([torch.ones(3), torch.full((3,), float("nan"))], own)
    np.testing.assert_allclose(own[1].numpy(), before - 0.5, rtol=1e-6)
    assert float(mine.dynamic_scale) == 1.0


def test_optimizer_map():
    default, special = optimizers.SGD(), optimizers.Adam()
    chosen = optimizers.OptimizerMap(default, {"a/.*": special, "b": default})
    assert chosen["a/kernel"] is special and chosen["c"] is default
    assert len(chosen) == 2 and list(chosen) == ["a/.*", "b"]
    with pytest.raises(ArgumentError, match="already"):
        chosen["b"] = special
    with pytest.raises(ArgumentError, match="neither"):
        chosen["d"] = optimizers.LossScaleOptimizer(default)
    chosen["a/k.*"] = default
    with pytest.raises(ArgumentError, match="one optimizer"):
        _ = chosen["a/kernel"]
    del chosen["a/k.*"]
    with pytest.raises(ArgumentError, match="default_optimizer"):
        optimizers.OptimizerMap("sgd")


@pytest.mark.parametrize("warmup", [0, 4])
def test_schedule_free_adamw_follows_its_paper(warmup):
    """Not compared with Keras on torch, where the old z is overwritten before it is read."""
    rate, b1, b2, epsilon = 0.05, 0.9, 0.99, 1e-8
    rng = np.random.default_rng(3)
    y = rng.normal(size=4)
    x, z, v = y.copy(), y.copy(), np.zeros(4)
    weight = Variable(y.astype("float32"))
    optimizer = optimizers.ScheduleFreeAdamW(rate, b1, b2, epsilon, warmup_steps=warmup)
    for t in range(1, 15):
        gradient = rng.normal(size=4)
        now = rate * min(1.0, t / warmup) if warmup else rate
        v = b2 * v + (1 - b2) * gradient**2
        z = z - now * gradient / (np.sqrt(v / (1 - b2**t)) + epsilon)
        x = (1 - 1 / t) * x + z / t
        y = (1 - b1) * z + b1 * x
        optimizer.apply([torch.tensor(gradient, dtype=torch.float32)], [weight])
        np.testing.assert_allclose(weight.numpy(), y, rtol=1e-4, atol=1e-5)


def test_muon_refuses_vectors():
    from wubu.errors import ShapeError

    with pytest.raises(ShapeError):
        optimizers.Muon().orthogonalize(torch.ones(3))
    made = optimizers.Muon(ns_steps=12).orthogonalize(torch.randn(6, 4))
    assert ((torch.linalg.svdvals(made) - 1).abs() < 0.4).all()
