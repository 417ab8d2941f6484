"""The Normalization layer against real Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import wubu
from wubu.errors import ArgumentError, DataError

DATA = np.random.default_rng(0).normal(3, 2, (50, 4, 3)).astype("float32")


@pytest.mark.parametrize("axis", [-1, None, (1, 2), 1])
@pytest.mark.parametrize("invert", [False, True])
def test_adapted_as_keras_does(axis, invert):
    ours, theirs = (k.layers.Normalization(axis=axis, invert=invert) for k in (wubu, keras))
    ours.adapt(DATA)
    theirs.adapt(DATA)
    np.testing.assert_allclose(ours(DATA).numpy(), keras.ops.convert_to_numpy(theirs(DATA)), rtol=2e-5, atol=2e-5)
    again = wubu.layers.Normalization.from_config(theirs.get_config())
    again.build(DATA.shape)
    again.set_weights(theirs.get_weights())
    np.testing.assert_allclose(again(DATA).numpy(), ours(DATA).numpy(), rtol=1e-4, atol=1e-4)


def test_batches_give_what_the_whole_gives():
    whole, parts = wubu.layers.Normalization(), wubu.layers.Normalization()
    whole.adapt(DATA)
    parts.adapt(DATA[i : i + 7] for i in range(0, 50, 7))
    np.testing.assert_allclose(whole(DATA).numpy(), parts(DATA).numpy(), rtol=1e-6)


def test_given_moments():
    layer = wubu.layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 4.0, 4.0])
    np.testing.assert_allclose(layer(DATA).numpy(), (DATA - [1, 2, 3]) / 2, rtol=1e-6)
    with pytest.raises(ArgumentError, match="cannot adapt"):
        layer.adapt(DATA)
    with pytest.raises(ArgumentError, match="both"):
        wubu.layers.Normalization(mean=1.0)
    with pytest.raises(DataError, match="none"):
        wubu.layers.Normalization().adapt(iter([]))
