"""Schedules against real Keras 3, on numbers and on tensors."""

import keras
import numpy as np
import pytest
import torch

from wubu.errors import ArgumentError
from wubu.optimizers import SGD, schedules

CASES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.9}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.9, "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5, "staircase": True}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 30}),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 13, "end_learning_rate": 0.01, "power": 2.0, "cycle": True},
    ),
    ("PiecewiseConstantDecay", {"boundaries": [5, 20], "values": [0.1, 0.05, 0.01]}),
    ("PiecewiseConstantDecay", {"boundaries": [5], "values": [0.1, 0.05]}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 30}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "alpha": 0.1}),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.0, "decay_steps": 20, "warmup_target": 0.1, "warmup_steps": 10, "alpha": 0.2},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.9, "alpha": 0.1},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.5, "m_mul": 0.8}),
]


@pytest.mark.parametrize("name,arguments", CASES, ids=str)
def test_values(name, arguments):
    mine, real = getattr(schedules, name)(**arguments), getattr(keras.optimizers.schedules, name)(**arguments)
    for step in range(50):
        if name == "CosineDecayRestarts" and arguments.get("t_mul") == 1.5 and step == 10:
            continue  # the first step of a period, which Keras's float32 logarithm counts to the one before
        expected = float(real(step))
        np.testing.assert_allclose(float(mine(step)), expected, rtol=2e-5, atol=1e-7, err_msg=str(step))
        found = mine(torch.tensor(step))
        assert isinstance(found, torch.Tensor) and found.dtype == torch.float32
        np.testing.assert_allclose(float(found), expected, rtol=2e-5, atol=1e-7, err_msg=str(step))


@pytest.mark.parametrize("name,arguments", CASES, ids=str)
def test_configs(name, arguments):
    mine, real = getattr(schedules, name)(**arguments), getattr(keras.optimizers.schedules, name)(**arguments)
    assert mine.get_config() == real.get_config()
    assert schedules.serialize(mine) == keras.optimizers.schedules.serialize(real)
    again = schedules.deserialize(keras.optimizers.schedules.serialize(real))
    assert type(again) is type(mine) and again.get_config() == mine.get_config()


def test_every_public_name_is_there():
    public = {name for name in dir(keras.optimizers.schedules) if not name.startswith("_")}
    assert public <= set(schedules.__all__)
    assert {name for name, _ in CASES} == {n for n in public if n[0].isupper()} - {"LearningRateSchedule"}


def test_a_restart_begins_at_the_top():
    mine = schedules.CosineDecayRestarts(0.1, 10)
    for step in (0, 10, 30, 70, 150, 10 * (2**29 - 1)):
        assert float(mine(step)) == pytest.approx(0.1, rel=1e-5), step


def test_a_number_gives_a_float_that_answers_to_numpy():
    found = schedules.ExponentialDecay(0.1, 10, 0.5)(10)
    assert isinstance(found, float) and found.numpy() == np.float32(0.05)


def test_bad_arguments():
    for name in ("ExponentialDecay", "InverseTimeDecay"):
        with pytest.raises(ArgumentError, match="decay_steps=0"):
            getattr(schedules, name)(0.1, 0, 0.5)
    with pytest.raises(ArgumentError, match="first_decay_steps"):
        schedules.CosineDecayRestarts(0.1, -1)
    with pytest.raises(ArgumentError, match="one value more"):
        schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2])
    with pytest.raises(NotImplementedError):
        schedules.LearningRateSchedule()(0)
    with pytest.raises(NotImplementedError):
        schedules.LearningRateSchedule().get_config()


def test_own_schedule_gets_a_tensor():
    seen = []

    class Mine(schedules.LearningRateSchedule):
        def __call__(self, step):
            seen.append(step)
            return 0.1 / torch.sqrt(step.float() + 1)

    optimizer = SGD(Mine())
    assert optimizer.learning_rate_at(3) == pytest.approx(0.05)
    assert isinstance(seen[0], torch.Tensor)
    assert float(optimizer.learning_rate) == pytest.approx(0.1)
