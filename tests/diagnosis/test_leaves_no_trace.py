"""A diagnosis changes nothing, costs next to nothing, and never gets in the way of a training."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

import wubu
from wubu.core import seeds
from wubu.data.arrays import Arrays, ArraySource
from wubu.diagnosis import after_training

L = wubu.layers
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(512, 12)).astype("float32") * 200, RANDOM.integers(0, 3, 512)


def model_with_state():
    model = wubu.Sequential(
        [
            wubu.Input((12,)),
            L.Dense(32, activation="relu", kernel_regularizer="l2"),
            L.BatchNormalization(),
            L.Dropout(0.5),
            L.Dropout(0.5, seed=3),
            L.GaussianNoise(0.1),
            L.ActivityRegularization(0.01),
            L.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def state(model):
    values = [w.numpy().copy() for w in model.weights]
    values += [v.detach().numpy().copy() for v in model.optimizer.variables]
    values += [v.detach().numpy().copy() for m in model.metrics for v in m.variables]
    values += [torch.get_rng_state().numpy(), np.random.get_state()[1].copy(), np.array(hash(random.getstate()))]
    return values


def test_nothing_changes_to_the_last_bit():
    model = model_with_state()
    history = model.fit(X, Y, epochs=2, verbose=0)
    before = state(model)
    assert wubu.report.diagnose(model, history, X, Y)
    for a, b in zip(before, state(model), strict=True):
        assert a.tobytes() == b.tobytes()
    assert not model.training


def test_a_training_goes_on_as_without_a_diagnosis(monkeypatch, capsys):
    made = []
    for switch in ("0", "1"):
        monkeypatch.setenv("WUBU_DIAGNOSIS", switch)
        monkeypatch.setattr(after_training, "_SHARE", 1e6)  # the whole look, however short the training
        seeds.set_random_seed(1)
        model = model_with_state()
        for _ in range(2):
            model.fit(X, Y, epochs=2, verbose=2)
        made.append(state(model))
    assert "Inputs not scaled" in capsys.readouterr().out
    for a, b in zip(*made, strict=True):
        assert a.tobytes() == b.tobytes()


def test_at_most_three_lines(monkeypatch, capsys):
    monkeypatch.setattr(after_training, "_SHARE", 1e6)
    finding = wubu.report.Finding("diverged", "the loss is nan", "it is", "less")
    monkeypatch.setattr(after_training, "examine", lambda evidence: [finding] * 5)
    model_with_state().fit(X, Y, verbose=2)
    assert capsys.readouterr().out.count("Diverged: the loss is nan. Try: less") == 3
    model_with_state().fit(X, Y, verbose=0)
    assert "Diverged" not in capsys.readouterr().out


def test_a_broken_detector_does_not_break_a_training(monkeypatch):
    def broken(evidence):
        raise RuntimeError("no")

    monkeypatch.setattr(after_training, "examine", broken)
    model_with_state().fit(X, Y, verbose=2)


def test_streams_are_looked_at_too(monkeypatch, capsys):
    monkeypatch.setattr(after_training, "_SHARE", 1e6)

    def batches():
        for i in range(0, 512, 64):
            yield X[i : i + 64], Y[i : i + 64]

    model_with_state().fit(batches(), verbose=2)
    assert "Inputs not scaled" in capsys.readouterr().out


@pytest.mark.parametrize("several", ["outputs", "inputs", "step"])
def test_unusual_models_are_left_alone_or_understood(several, monkeypatch):
    monkeypatch.setattr(after_training, "_SHARE", 1e6)
    found = []
    monkeypatch.setattr(after_training, "print", lambda line, **_: found.append(line), raising=False)
    x = (X / 200).astype("float32")
    inputs = wubu.Input((12,))
    if several == "outputs":
        model = wubu.Model(inputs, [L.Dense(3, activation="softmax")(inputs), L.Dense(1)(inputs)])
        model.compile("adam", ["sparse_categorical_crossentropy", "mse"])
        model.fit(x, [Y, x[:, :1]], verbose=2, epochs=3)
    elif several == "inputs":
        other = wubu.Input((12,))
        model = wubu.Model([inputs, other], L.Dense(3, activation="softmax")(L.Add()([inputs, other])))
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit([x, x], Y, verbose=2, epochs=3)
    else:

        class Own(wubu.Model):
            def train_step(self, data):
                return {"loss": torch.tensor(1.0)}

        model = Own(inputs, L.Dense(3)(inputs))
        model.compile("adam", "mse")
        model.fit(x, Y, verbose=2, epochs=3)
    assert not [line for line in found if "Learning rate" not in line and "nderfitting" not in line]


class Clock:
    """A clock that moves by a fixed time whenever somebody looks at it."""

    def __init__(self, a_look):
        self.now, self.a_look = 0.0, a_look

    def perf_counter(self):
        self.now += self.a_look
        return self.now


@pytest.mark.parametrize(
    ("seconds", "epochs", "looks"), [(0.0, 40, False), (0.2, 40, False), (60.0, 2, False), (5.0, 40, True), (60.0, 40, True)]
)
def test_it_takes_no_more_than_its_share(seconds, epochs, looks, monkeypatch):
    # What is looked at goes by the time that there is: bench/diagnosis.py measures that it is kept to.
    model = model_with_state()
    model.fit(X, Y, epochs=2, verbose=0)
    model.history.history["loss"] = [1.0] * epochs
    looked = []
    for name in ("look_at_labels", "look_at_rows", "look_inside"):
        look = getattr(after_training.collecting, name)
        monkeypatch.setattr(
            after_training.collecting, name, lambda *args, name=name, look=look: (looked.append((name, args)), look(*args))
        )
    monkeypatch.setattr(after_training, "time", Clock(1e-5))
    source, validation = ArraySource(Arrays(X, Y), 32), ArraySource(Arrays(X[:9], Y[:9]), 32)
    found = after_training.after_training(model, source, validation, None, seconds, plain=True)
    names = [name for name, _ in looked]
    if not looks:  # two hundredths are less than a call takes, or than the rows take that it needs
        assert "look_inside" not in names
    else:
        assert names == ["look_at_labels", "look_at_rows", "look_inside"]
        assert "inputs not scaled" in [finding.name for finding in found]
        rows = looked[1][1][2]
        # the rows' own share of the training, at a quarter of its speed, and that of the call
        assert 4 * rows * seconds / (512 * epochs) + after_training._cost_of_a_look(model) <= 0.02 * seconds + 1e-9
