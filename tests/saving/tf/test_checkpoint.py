"""Checkpoints of models: what matches, what does not, models that have no weights yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wubu
from wubu.errors import FileFormatError, MissingFileError
from wubu.saving.tf import checkpoint
from wubu.saving.tf.bundle import BundleReader, write_bundle

layers = wubu.layers


def stack(last: int = 2) -> Any:
    return wubu.Sequential([wubu.Input((4,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(last)])


class Subclass(wubu.Model):
    def __init__(self) -> None:
        super().__init__()
        self.first = layers.Dense(3)
        self.blocks = [layers.Dense(3), layers.Dense(3)]
        self.heads = {"a": layers.Dense(2)}
        self.scale = self.add_weight(shape=(2,), initializer="ones", name="my_scale")

    def call(self, x: Any) -> Any:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.heads["a"](x) * self.scale


def test_keys_are_named_as_tf_keras_names_them(tmp_path: Path) -> None:
    model = stack()
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    model.save_weights(tmp_path / "x")
    keys = set(BundleReader(tmp_path / "x").entries)
    end = "/.ATTRIBUTES/VARIABLE_VALUE"
    assert f"layer_with_weights-0/kernel{end}" in keys
    assert f"layer_with_weights-1/moving_variance{end}" in keys
    assert {f"optimizer/_iterations{end}", f"optimizer/_learning_rate{end}", f"optimizer/_variables/1{end}"} <= keys
    sub = Subclass()
    sub(np.ones((1, 4), "float32"))
    sub.save_weights(tmp_path / "y")
    keys = set(BundleReader(tmp_path / "y").entries)
    assert {f"first/kernel{end}", f"blocks/1/bias{end}", f"heads/a/kernel{end}", f"scale{end}"} <= keys


def test_a_subclass_without_weights_reads_them_at_its_first_call(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    source = Subclass()
    expected = source.predict(x, verbose=0)
    source.save_weights(tmp_path / "x")
    fresh = Subclass()
    assert fresh.load_weights(tmp_path / "x").expect_partial()
    np.testing.assert_array_equal(fresh.predict(x, verbose=0), expected)
    trained = Subclass()
    trained.load_weights(tmp_path / "x")
    trained.compile("sgd", "mse")
    trained.fit(x, np.zeros((3, 2)), verbose=0)
    assert not np.array_equal(trained.predict(x, verbose=0), expected)  # loaded once, then trained


class Normalized(wubu.Model):
    def __init__(self) -> None:
        super().__init__()
        self.norm = layers.BatchNormalization(momentum=0.5)

    def call(self, x: Any, training: Any = None) -> Any:
        return self.norm(x, training=training)


@pytest.mark.parametrize("first", ("predict", "evaluate", "predict_on_batch"))
def test_statistics_that_are_read_at_the_first_call_stay(tmp_path: Path, first: str) -> None:
    x = np.random.default_rng(0).normal(1.0, 2.0, (16, 4)).astype("float32")
    source = Normalized()
    source.compile("sgd", "mse")
    source.fit(x, np.zeros((16, 4)), verbose=0)
    source.save_weights(tmp_path / "x")
    fresh = Normalized()
    fresh.compile("sgd", "mse")
    fresh.load_weights(tmp_path / "x")
    given = {"predict": (x,), "evaluate": (x, x), "predict_on_batch": (x,)}[first]
    getattr(fresh, first)(*given)
    assert float(np.abs(fresh.get_weights()[2]).max()) > 0.1
    for a, b in zip(source.get_weights(), fresh.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_part_of_a_model(tmp_path: Path) -> None:
    source = stack()
    source.save_weights(tmp_path / "x")
    longer = wubu.Sequential([wubu.Input((4,)), *stack().layers, layers.Dense(5)])
    with pytest.warns(UserWarning, match="keep their values"):
        status = longer.load_weights(tmp_path / "x")
    np.testing.assert_array_equal(longer.layers[2].kernel.numpy(), source.layers[2].kernel.numpy())
    with pytest.raises(AssertionError, match="not in the checkpoint"):
        status.assert_existing_objects_matched()
    with pytest.raises(FileFormatError, match="shape"):
        stack(5).load_weights(tmp_path / "x")
    with pytest.warns(UserWarning, match="shapes differ"):
        stack(5).load_weights(tmp_path / "x", skip_mismatch=True)


def test_a_checkpoint_of_names_alone(tmp_path: Path) -> None:
    """As TensorFlow 1's Saver wrote them."""
    model = wubu.Sequential([wubu.Input((2,)), layers.Dense(1, name="dense")])
    write_bundle(tmp_path / "x", {"dense/kernel": np.ones((2, 1), "float32"), "dense/bias": np.ones(1, "float32")})
    model.load_weights(tmp_path / "x").assert_consumed()
    np.testing.assert_array_equal(model.get_weights()[0], np.ones((2, 1)))


def test_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="nothing"):
        stack().load_weights(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError):
        wubu.saving.load_model(tmp_path / "nothing.keras")
    with pytest.raises(ValueError):
        wubu.saving.load_model(tmp_path / "nothing.keras")


def test_objects_by_name(tmp_path: Path) -> None:
    model, weight = stack(), wubu.Variable(3.0, name="step")
    checkpoint.save({"net": model, "step": weight, "list": [weight]}, tmp_path / "x")
    other, number = stack(), wubu.Variable(0.0)
    checkpoint.load({"net": other, "step": number}, tmp_path / "x")
    assert float(number) == 3.0
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
