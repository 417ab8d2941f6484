"""The sequence of the textbooks: checkpoints while training, weights, the whole model, and on from there."""

from __future__ import annotations

import runpy
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wubu


def data() -> tuple[Any, Any]:
    r = np.random.default_rng(0)
    y = r.integers(0, 10, 200)
    x = (r.random((200, 28, 28)) * 40 + 20 * y[:, None, None]).astype("uint8")
    return (x, y), (x[:50], y[:50])


def build() -> Any:
    layers = wubu.layers
    model = wubu.Sequential(
        [layers.Flatten(input_shape=(28, 28)), layers.Dense(16, activation="relu"), layers.Dense(10, activation="softmax")]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_the_sequence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (x, y), (x_test, y_test) = data()
    x, x_test = x / 255.0, x_test / 255.0
    checkpoint = wubu.callbacks.ModelCheckpoint(filepath="dir/model.ckpt", save_weights_only=True, verbose=1)
    model = build()
    model.fit(x, y, validation_split=0.3, epochs=3, callbacks=[checkpoint], verbose=0)
    assert {p.suffix for p in Path("dir").iterdir()} >= {".index"} and Path("dir/checkpoint").is_file()
    result = model.evaluate(x_test, y_test, verbose=0)
    model.save_weights("dir/model.ckpt")
    fresh = build()
    fresh.load_weights("dir/model.ckpt")
    assert fresh.evaluate(x_test, y_test, verbose=0) == result
    model.save("whole.h5")
    again = wubu.models.load_model("whole.h5")
    assert int(again.optimizer.iterations) == int(model.optimizer.iterations)
    again.fit(x, y, validation_split=0.3, epochs=1, verbose=0)
    used = wubu.models.load_model("whole.h5")
    np.testing.assert_array_equal(used.predict(x_test[:5], verbose=0), model.predict(x_test[:5], verbose=0))


def test_the_program_itself(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    tensorflow = types.ModuleType("tensorflow")
    tensorflow.keras = wubu  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
    monkeypatch.setattr(wubu.datasets.mnist, "load_data", data)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(shared / "programs" / "s2_listing_5_6.py"))
    assert (tmp_path / "mv_ann_model.h5").is_file()


@pytest.mark.parametrize("name", ("w.weights.h5", "w.h5", "w.hdf5", "w.ckpt", "w", "w.tf", "w.safetensors", "w.pt", "w.keras"))
def test_any_name_will_do_for_weights(tmp_path: Path, name: str) -> None:
    model, other = build(), build()
    model.save_weights(tmp_path / "sub" / name)
    other.load_weights(tmp_path / "sub" / name)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ("m.keras", "m.h5", "m.hdf5", "m", "models/name", "m.model"))
def test_any_name_will_do_for_a_model(tmp_path: Path, name: str) -> None:
    (x, y), _ = data()
    model = build()
    model.fit(x, y, verbose=0)
    model.save(tmp_path / name)
    model.save(tmp_path / name)
    again = wubu.models.load_model(tmp_path / name)
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert int(again.optimizer.iterations) == 7
