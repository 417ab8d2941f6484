"""Models that Keras has quantized, and layers with low-rank updates: they open as the plain models they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import wubu
from wubu.errors import FileFormatError

layers = keras.layers


def dense() -> tuple[Any, np.ndarray]:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3, use_bias=False)])
    return model, np.random.default_rng(0).normal(size=(5, 6)).astype("float32")


def tokens() -> tuple[Any, np.ndarray]:
    model = keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(11, 4),
            layers.EinsumDense("abc,cd->abd", (7, 5), bias_axes="d"),
            layers.EinsumDense("abc,dec->abed", (7, 2, 3)),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    return model, np.random.default_rng(0).integers(0, 11, (5, 7)).astype("int32")


@pytest.mark.parametrize("build", (dense, tokens))
def test_weights_in_eight_bits(tmp_path: Path, build: Any) -> None:
    """Keras rounds the inputs of such layers too, so predictions agree to the width of eight bits."""
    keras.utils.set_random_seed(0)
    model, x = build()
    exact = model.predict(x, verbose=0)
    model.quantize("int8")
    model.save(tmp_path / "m.keras")
    ours = wubu.saving.load_model(tmp_path / "m.keras")
    found, expected = ours.predict(x, verbose=0), model.predict(x, verbose=0)
    spread = np.abs(exact).max()
    assert np.abs(found - expected).max() < 0.02 * spread
    assert np.abs(found - exact).max() < 0.02 * spread
    ours.compile("sgd", "mse")
    ours.train_on_batch(x, np.zeros_like(expected))  # it is an ordinary model
    ours.save(tmp_path / "again.keras")
    again = keras.models.load_model(tmp_path / "again.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), ours.predict(x, verbose=0), rtol=1e-5, atol=1e-5)


def test_weights_in_eight_bit_floats(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model, x = dense()
    exact = model.predict(x, verbose=0)
    model.quantize("float8")
    model.save(tmp_path / "m.keras")
    ours = wubu.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(ours.predict(x, verbose=0), exact, rtol=1e-5, atol=1e-5)


def test_weights_in_four_bits_are_refused_by_name(tmp_path: Path) -> None:
    model, _ = dense()
    model.quantize("int4")
    model.save(tmp_path / "m.keras")
    with pytest.raises(FileFormatError, match="four bits"):
        wubu.saving.load_model(tmp_path / "m.keras")


def test_low_rank_updates_are_in_the_kernel(tmp_path: Path) -> None:
    model, x = dense()
    model.layers[0].enable_lora(2)
    r = np.random.default_rng(1)
    model.set_weights([r.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    model.save(tmp_path / "m.keras")
    ours = wubu.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(ours.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-4)
