"""Where Keras has one class or function under two names, so has wubu."""

from __future__ import annotations

import importlib
import inspect

import keras
import numpy as np
import pytest
import torch

import wubu

SPACES = "layers initializers losses metrics optimizers regularizers constraints activations random".split()


@pytest.mark.parametrize("space", SPACES)
def test_second_names_mean_the_same(space):
    theirs, ours = importlib.import_module(f"keras.{space}"), importlib.import_module(f"wubu.{space}")
    pairs = 0
    for name in dir(theirs):
        thing = getattr(theirs, name)
        first = getattr(thing, "__name__", name)
        if name.startswith("_") or first == name or inspect.ismodule(thing) or not hasattr(theirs, first):
            continue
        if not hasattr(ours, name) or getattr(theirs, first) is not thing:
            continue
        mine, named = getattr(ours, name), getattr(ours, first)
        pairs += 1
        assert mine is named or (inspect.isclass(mine) and issubclass(mine, named)), (name, first)
    assert pairs or space in ("losses", "metrics", "optimizers", "activations", "random")


def test_names_of_initializers_make_the_same_numbers():
    names = "glorot_normal he_uniform lecun_normal lecun_uniform orthogonal OrthogonalInitializer IdentityInitializer".split()
    for name in names:
        theirs, ours = getattr(keras.initializers, name), getattr(wubu.initializers, name)
        assert theirs.__name__ == ours.__name__
    for name in ("random_uniform", "variance_scaling", "STFTInitializer"):
        assert getattr(keras.initializers, name).__name__ == getattr(wubu.initializers, name).__name__
    identity = wubu.initializers.IdentityInitializer()((3, 3)).numpy()
    np.testing.assert_array_equal(identity, keras.initializers.IdentityInitializer()((3, 3)).numpy())


def test_operations_that_stand_nowhere_else():
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.normal(size=(4, 6)).astype("float32"))
    ids = torch.tensor([0, 2, 2, 1])
    for name in ("segment_min", "segment_prod"):
        theirs, ours = getattr(keras.ops, name), getattr(wubu.ops, name)
        torch.testing.assert_close(ours(x, ids, num_segments=3), theirs(x, ids, num_segments=3))
    ours = wubu.ops.argpartition(x, 2).numpy()  # Keras on torch gives the largest first
    for row, a, b in zip(x.numpy(), ours, np.argpartition(x.numpy(), 2), strict=True):
        assert set(row[a[:2]]) == set(row[b[:2]]) and row[a[2]] == row[b[2]]
    pair = x.reshape(4, 3, 2)
    torch.testing.assert_close(wubu.ops.view_as_complex(pair), keras.ops.view_as_complex(pair))
    whole = torch.tensor([1, 2, 5])
    torch.testing.assert_close(wubu.ops.bitwise_invert(whole), keras.ops.bitwise_invert(whole))
    assert wubu.ops.is_tensor(x) and not wubu.ops.is_tensor([1])
    assert keras.ops.is_tensor(x) and not keras.ops.is_tensor([1])
    square = x[:, :4] + 3 * torch.eye(4)
    values = [np.sort_complex(module.ops.eig(square)[0].numpy()) for module in (wubu, keras)]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-4)
    slope = wubu.ops.jvp(lambda v: v**2, (x,), (torch.ones_like(x),))
    torch.testing.assert_close(slope[1], 2 * x)


@pytest.mark.parametrize("name", ["binomial", "categorical"])
def test_draws_have_keras_shapes_types_and_means(name):
    made = []
    for module in (keras, wubu):
        if name == "binomial":
            made.append(module.random.binomial((2000,), 10.0, 0.3, seed=1))
        else:
            made.append(module.random.categorical(np.log([[0.2, 0.8]]).astype("float32"), 2000, seed=1)[0])
    theirs, ours = (np.asarray(m) for m in made)
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    assert abs(ours.mean() - theirs.mean()) < 0.2
