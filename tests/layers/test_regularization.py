"""Dropouts and noises: what they do to a distribution, seeds, and Keras's configs."""

from __future__ import annotations

import keras
import pytest
import torch
from layer_parity import Pair, randoms

import wubu.layers
from wubu.errors import ArgumentError

LAYERS = [
    ("Dropout", {"rate": 0.3}, (400, 50)),
    ("Dropout", {"rate": 0.3, "noise_shape": (None, 1)}, (4000, 5)),
    ("AlphaDropout", {"rate": 0.3}, (400, 50)),
    ("GaussianNoise", {"stddev": 0.3}, (400, 50)),
    ("GaussianDropout", {"rate": 0.3}, (400, 50)),
    ("SpatialDropout1D", {"rate": 0.3}, (400, 6, 50)),
    ("SpatialDropout2D", {"rate": 0.3}, (400, 3, 2, 50)),
    ("SpatialDropout2D", {"rate": 0.3, "data_format": "channels_first"}, (400, 50, 3, 2)),
    ("SpatialDropout3D", {"rate": 0.3}, (400, 2, 2, 2, 50)),
]


def _ids(value):
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("name", "arguments", "shape"), LAYERS, ids=_ids)
def test_the_distribution_is_keras_s(name, arguments, shape):
    pair = Pair(lambda m: getattr(m, name)(**arguments), [torch.ones(shape)], False, {})
    pair.compare_shapes()
    ours, theirs = (pair.call(layer, training=True)[0] for layer in (pair.ours, pair.theirs))
    assert abs(float(ours.mean() - theirs.mean())) < 0.03
    assert abs(float(ours.std() - theirs.std())) < 0.03
    if "Gaussian" not in name:
        assert sorted({round(float(v), 4) for v in ours.unique()}) == sorted({round(float(v), 4) for v in theirs.unique()})
    assert torch.equal(pair.ours(torch.ones(shape), training=False), torch.ones(shape))
    config = {k: v for k, v in pair.ours.get_config().items() if k != "dtype"}
    theirs_config = {k: v for k, v in pair.theirs.get_config().items() if k != "dtype"}
    assert config.keys() == theirs_config.keys()
    type(pair.theirs).from_config(pair.ours.get_config())
    type(pair.ours).from_config(pair.theirs.get_config())


@pytest.mark.parametrize(("name", "arguments", "shape"), LAYERS, ids=_ids)
def test_seeds_and_capture(name, arguments, shape):
    from wubu.engine.stepper import Stepper

    cls = getattr(wubu.layers, name)
    x = randoms((100, *shape[1:]))
    a, b = cls(**arguments, seed=5), cls(**arguments, seed=5)
    first = a(x, training=True)
    assert torch.equal(first, b(x, training=True))
    assert not torch.equal(first, a(x, training=True))  # a fresh mask at each call
    layer = cls(**arguments)
    stepper = Stepper(lambda v: layer(v, training=True), lambda: [], mode="test")
    made = [stepper.step(x).clone() for _ in range(4)]
    assert all(not torch.equal(m, n) for m, n in zip(made, made[1:], strict=False))


@pytest.mark.parametrize(
    ("name", "arguments", "shape", "same"),
    [
        ("SpatialDropout1D", {}, (4, 6, 5), (1,)),
        ("SpatialDropout2D", {}, (4, 6, 3, 5), (1, 2)),
        ("SpatialDropout2D", {"data_format": "channels_first"}, (4, 5, 6, 3), (2, 3)),
        ("SpatialDropout3D", {}, (4, 2, 3, 2, 5), (1, 2, 3)),
    ],
)
def test_whole_channels_go(name, arguments, shape, same):
    made = getattr(wubu.layers, name)(0.5, **arguments)(torch.ones(shape), training=True)
    assert (made.amax(same) == made.amin(same)).all()
    assert len(made.unique()) == 2


@pytest.mark.parametrize("rate", [0, 1])
def test_nothing_and_everything(rate):
    made = wubu.layers.Dropout(rate)(torch.ones(3, 4), training=True)
    assert torch.equal(made, torch.ones(3, 4) * (1 - rate))


def test_alpha_dropout_keeps_mean_and_variance():
    x = torch.randn(2000, 50)
    made = wubu.layers.AlphaDropout(0.4)(x, training=True)
    assert abs(float(made.mean())) < 0.02 and abs(float(made.std()) - 1) < 0.02


def test_arguments_that_cannot_work():
    for make in (lambda: wubu.layers.Dropout(1.5), lambda: wubu.layers.GaussianNoise(-1)):
        with pytest.raises(ArgumentError, match="from 0 to 1"):
            make()
    with pytest.raises(ArgumentError, match="noise_shape"):
        wubu.layers.Dropout(0.5, noise_shape=(0,))


def test_a_penalty_on_activity_is_keras_s():
    layers = [m.ActivityRegularization(l1=0.1, l2=0.2) for m in (wubu.layers, keras.layers)]
    x = randoms((4, 5))
    losses = []
    for layer in layers:
        assert torch.equal(layer(x), x)
        losses.append(float(sum(layer.losses)))
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
