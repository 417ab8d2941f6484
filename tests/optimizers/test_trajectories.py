"""Every optimizer against real Keras 3: the same weights and gradients give the same twenty steps."""

import keras
import numpy as np
import pytest
import torch

from wubu import optimizers
from wubu.core.variable import Variable

SHAPES = {"conv/kernel": (3, 3, 2, 5), "conv/bias": (5,), "dense/kernel": (7, 4), "dense/bias": (4,), "gain": ()}
STEPS = 20

# One row per optimizer and combination of its own options.
OWN = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3}),
    ("Adam", {"amsgrad": True}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.1, "amsgrad": True}),
    ("Adamax", {}),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.9, "epsilon": 1e-4}),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.5, "initial_accumulator_value": 0.0}),
    ("Nadam", {}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"centered": True, "momentum": 0.5, "rho": 0.8}),
    ("Ftrl", {}),
    ("Ftrl", {"learning_rate": 0.1, "l1_regularization_strength": 0.01, "l2_regularization_strength": 0.02}),
    ("Ftrl", {"l2_shrinkage_regularization_strength": 0.1, "beta": 0.3, "learning_rate_power": -0.7}),
    ("Lion", {}),
    ("Lamb", {}),
    ("Adafactor", {}),
    ("Adafactor", {"relative_step": False, "learning_rate": 0.05, "clip_threshold": 0.5}),
    ("Muon", {}),
    ("Muon", {"nesterov": False, "rms_rate": None, "exclude_layers": ["head"], "adam_lr_ratio": 0.5}),
]
# Every option that all share, on an optimizer with slots.
SHARED = [
    {"weight_decay": 0.05},
    {"clipnorm": 0.5},
    {"clipvalue": 0.2},
    {"global_clipnorm": 0.7},
    {"global_clipnorm": 1e6},
    {"loss_scale_factor": 8.0},
    {"use_ema": True, "ema_momentum": 0.9},
    {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3},
    {"gradient_accumulation_steps": 3},
    {"gradient_accumulation_steps": 4, "global_clipnorm": 0.3, "weight_decay": 0.1},
    {"gradient_accumulation_steps": 2, "use_ema": True, "ema_overwrite_frequency": 2},
]
SCHEDULES = [
    ("ExponentialDecay", (0.1, 5, 0.5)),
    ("PiecewiseConstantDecay", ([3, 10], [0.1, 0.05, 0.01])),
    ("CosineDecay", (0.1, 15)),
]


def make_pair(seed=0):
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=shape).astype("float32") for shape in SHAPES.values()]
    ours = [Variable(v, name=path.split("/")[-1]) for v, path in zip(values, SHAPES)]
    theirs = []
    for value, path in zip(values, SHAPES):
        *scopes, name = path.split("/")
        if scopes:
            with keras.name_scope(scopes[0]):
                theirs.append(keras.Variable(value, name=name))
        else:
            theirs.append(keras.Variable(value, name=name))
    for variable, path in zip(ours, SHAPES):
        variable.path = path
    # A convolution's kernel lies in memory as output, height, width, input.
    ours[0].data = ours[0].data.permute(3, 0, 1, 2).contiguous().permute(1, 2, 3, 0)
    return ours, theirs


def make_gradients(step):
    rng = np.random.default_rng(100 + step)
    return [rng.normal(size=shape).astype("float32") for shape in SHAPES.values()]


def assert_same(ours, theirs, tolerance=2e-6):
    for mine, real in zip(ours, theirs):
        real = real.detach().cpu().numpy() if isinstance(real, torch.Tensor) else real.numpy()
        size = max(1.0, float(np.abs(real).max(initial=0.0)))
        np.testing.assert_allclose(mine.numpy(), real, rtol=tolerance, atol=tolerance * size)


def run(mine, real, steps=STEPS, tolerance=2e-6):
    ours, theirs = make_pair()
    strides = ours[0].stride()
    for step in range(steps):
        gradients = make_gradients(step)
        mine.apply([torch.tensor(g) for g in gradients], ours)
        real.apply([torch.tensor(g) for g in gradients], theirs)
        assert_same(ours, theirs, tolerance)
    assert ours[0].stride() == strides
    assert len(mine.variables) == len(real.variables)
    for own, other in zip(mine.variables, real.variables):
        assert own.name == other.name or own.name.startswith("variable")
        assert tuple(own.shape) == tuple(other.shape)
    assert_same(mine.variables, real.variables, 1e-5)
    for block in mine._state.blocks:
        assert not torch.isnan(torch.cat([block.parameters, *block.slots.values()])).any()


@pytest.mark.parametrize("name,options", OWN, ids=str)
def test_own_options(name, options):
    run(getattr(optimizers, name)(**options), getattr(keras.optimizers, name)(**options))


@pytest.mark.parametrize("options", SHARED, ids=str)
@pytest.mark.parametrize("name", ["SGD", "Adam", "Lamb", "Nadam", "Adafactor", "Muon"])
def test_shared_options(name, options):
    run(getattr(optimizers, name)(**options), getattr(keras.optimizers, name)(**options), tolerance=5e-6)


@pytest.mark.parametrize("schedule,arguments", SCHEDULES, ids=str)
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_schedules(name, schedule, arguments):
    mine = getattr(optimizers, name)(getattr(optimizers.schedules, schedule)(*arguments))
    real = getattr(keras.optimizers, name)(getattr(keras.optimizers.schedules, schedule)(*arguments))
    run(mine, real, tolerance=1e-5)
