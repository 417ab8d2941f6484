"""Weights alone between Keras 3 and wubu, for models of every kind and subclasses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import wubu


def test_weights_go_both_ways(tmp_path: Path, kind: str, interop: Any) -> None:
    ours = interop.builders[kind](wubu)
    keras.utils.set_random_seed(1)
    theirs = interop.builders[kind](keras)
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    ours.load_weights(tmp_path / "theirs.weights.h5")
    interop.assert_same_predictions(theirs, ours, kind)
    other = interop.builders[kind](wubu)
    other.save_weights(tmp_path / "ours.weights.h5")
    theirs.load_weights(tmp_path / "ours.weights.h5")
    interop.assert_same_predictions(theirs, other, kind)


def test_legacy_weights_by_layer_go_both_ways(tmp_path: Path, kind: str, interop: Any) -> None:
    ours = interop.builders[kind](wubu)
    keras.utils.set_random_seed(1)
    theirs = interop.builders[kind](keras)
    theirs.save(tmp_path / "theirs.h5")
    ours.load_weights(tmp_path / "theirs.h5")
    interop.assert_same_predictions(theirs, ours, kind)
    other = interop.builders[kind](wubu)
    other.save_weights(tmp_path / "ours.h5")
    theirs.load_weights(tmp_path / "ours.h5")
    interop.assert_same_predictions(theirs, other, kind)


def test_sharded_weights_go_both_ways(tmp_path: Path, interop: Any) -> None:
    keras.utils.set_random_seed(1)
    theirs, ours = interop.builders["convolutional"](keras), interop.builders["convolutional"](wubu)
    size = 400 / 2**30  # a file per weight or two
    theirs.save_weights(tmp_path / "theirs.weights.json", max_shard_size=size)
    assert len(list(tmp_path.glob("theirs_*.weights.h5"))) > 1
    ours.load_weights(tmp_path / "theirs.weights.json")
    interop.assert_same_predictions(theirs, ours, "convolutional")
    other = interop.builders["convolutional"](wubu)
    other.save_weights(tmp_path / "ours.weights.json", max_shard_size=size)
    assert len(list(tmp_path.glob("ours_*.weights.h5"))) > 1
    theirs.load_weights(tmp_path / "ours.weights.json")
    interop.assert_same_predictions(theirs, other, "convolutional")


def subclass(k: Any) -> Any:
    """A model whose layers lie in attributes, lists, lists in lists, dicts and beside a weight of its own."""
    layers = k.layers

    class Several(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self.zero = layers.Dense(4)
            self.blocks = [layers.Dense(4), [layers.Dense(4), layers.BatchNormalization()]]
            self.heads = {"b": layers.Dense(3), "a": layers.Dense(3)}
            self._hidden = layers.Dense(4)
            self.alpha = self.add_weight(shape=(4,), initializer="random_normal", name="alpha")
            self.again = self.zero
            self.tower = k.Sequential([layers.Dense(4), layers.Dense(4)])

        def call(self, x: Any) -> Any:
            x = self.tower(self._hidden(self.zero(x)) * self.alpha)
            x = self.blocks[1][1](self.blocks[1][0](self.blocks[0](x)))
            return self.heads["a"](x) + self.heads["b"](x)

    return Several()


@pytest.mark.parametrize("ending", (".weights.h5", ".keras"))
def test_a_subclass_keeps_its_weights(tmp_path: Path, ending: str) -> None:
    x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
    theirs, ours = subclass(keras), subclass(wubu)
    expected = theirs.predict(x, verbose=0)
    ours.predict(x, verbose=0)
    save = (lambda m, p: m.save_weights(p)) if ending == ".weights.h5" else (lambda m, p: m.save(p))
    save(theirs, tmp_path / f"theirs{ending}")
    ours.load_weights(tmp_path / f"theirs{ending}")
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)
    other = subclass(wubu)
    expected = other.predict(x, verbose=0)
    save(other, tmp_path / f"ours{ending}")
    theirs.load_weights(tmp_path / f"ours{ending}")
    np.testing.assert_allclose(theirs.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_a_subclass_with_a_config_comes_back_whole(tmp_path: Path) -> None:
    @wubu.saving.register_keras_serializable("tests")
    class Wide(wubu.Model):
        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units = units
            self.inner = wubu.layers.Dense(units)
            self.outer = wubu.layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self.outer(self.inner(x))

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": self.units}

    model = Wide(3)
    model.compile("adam", "mse")
    x = np.ones((4, 2), "float32")
    model.fit(x, np.ones((4, 1)), verbose=0)
    model.save(tmp_path / "wide.keras")
    again = wubu.saving.load_model(tmp_path / "wide.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert again.units == 3 and int(again.optimizer.iterations) == 1
