"""Weights from a server, in the form of the files that Keras publishes: downloaded once, checked, loaded by layers' names.

The files here are written by Keras itself, in the older layout that the published ones have.
"""

from __future__ import annotations

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format

import wubu
from wubu import applications
from wubu.applications import mobilenet_v3, resnet, scaffolding
from wubu.errors import ArgumentError, DownloadError, FileFormatError


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A folder that is served where Keras keeps its files; ``asked`` lists what was asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    folder = tmp_path / "served"
    folder.mkdir()
    running = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setattr(scaffolding, "STORAGE", f"http://127.0.0.1:{running.server_port}/")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    folder_and_log = folder, asked
    yield folder_and_log
    running.shutdown()
    running.server_close()


def publish(model: Any, path: Path) -> str:
    """Write a Keras model's weights as published files have them, and return the digest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return hashlib.md5(path.read_bytes()).hexdigest()


def same(ours: Any, theirs: Any) -> None:
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def digests(monkeypatch: pytest.MonkeyPatch, top: str, bare: str) -> None:
    monkeypatch.setitem(mobilenet_v3._DIGESTS, "small_224_1.0_float", (top, bare))


@pytest.mark.parametrize("include_top", [False, True])
def test_a_file_is_downloaded_once_and_loaded(server: Any, monkeypatch: pytest.MonkeyPatch, include_top: bool) -> None:
    folder, asked = server
    options = {"include_top": include_top, "input_shape": (64, 64, 3)}
    theirs = keras.applications.MobileNetV3Small(weights=None, **options)
    name = f"weights_mobilenet_v3_small_224_1.0_float{'' if include_top else '_no_top_v2'}.h5"
    digest = publish(theirs, folder / "mobilenet_v3" / name)
    digests(monkeypatch, digest, digest)
    for _ in range(2):
        same(applications.MobileNetV3Small(**options), theirs)
    assert asked == [f"/mobilenet_v3/{name}"]


def test_a_residual_network_with_layers_of_stated_names(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = server
    theirs = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(32, 32, 3))
    digest = publish(theirs, folder / "resnet" / "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5")
    monkeypatch.setitem(resnet._DIGESTS, 50, (digest, digest))
    same(applications.ResNet50(include_top=False, input_shape=(32, 32, 3)), theirs)


def test_files_that_are_wrong_are_refused(server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, asked = server
    options: dict[str, Any] = {"include_top": False, "input_shape": (64, 64, 3)}
    name = "weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5"
    theirs = keras.applications.MobileNetV3Small(weights=None, **options)
    digest = publish(theirs, folder / "mobilenet_v3" / name)
    digests(monkeypatch, digest, "0" * 32)
    with pytest.raises((DownloadError, FileFormatError), match="0" * 32):
        applications.MobileNetV3Small(**options)
    digests(monkeypatch, digest, digest)
    cached = tmp_path / "home" / "models" / name
    cached.parent.mkdir(parents=True, exist_ok=True)
    cached.write_bytes(b"damaged")
    same(applications.MobileNetV3Small(**options), theirs)
    assert hashlib.md5(cached.read_bytes()).hexdigest() == digest
    cached.unlink()
    (folder / "mobilenet_v3" / name).unlink()
    with pytest.raises(DownloadError, match=name):
        applications.MobileNetV3Small(**options)


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.h5"
    publish(keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), path)
    with pytest.raises((ArgumentError, FileFormatError)):
        applications.MobileNetV3Small(weights=path, include_top=False, input_shape=(64, 64, 3))


@pytest.mark.parametrize(("name", "module"), [("MobileNet", "mobilenet"), ("ResNet50V2", "resnet_v2")])
def test_transfer_learning(name: str, module: str, tmp_path: Path) -> None:
    """Freeze, replace the top, fine-tune, as in the guides: the loss falls, and only what may move moves."""
    wubu.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 32)
    x = rng.uniform(0, 80, (32, 32, 32, 3)).astype("float32") + 120 * y[:, None, None, None].astype("float32")
    options: dict[str, Any] = {"include_top": False, "input_shape": (32, 32, 3), "pooling": "avg"}
    theirs = getattr(keras.applications, name)(weights=None, **options)
    publish(theirs, tmp_path / "base.h5")
    base = getattr(applications, name)(weights=tmp_path / "base.h5", **options)
    same(base, theirs)
    base.trainable = False
    inputs = wubu.Input((32, 32, 3))
    prepared = getattr(applications, module).preprocess_input(inputs)
    features = wubu.layers.BatchNormalization()(base(prepared, training=False))
    model = wubu.Model(inputs, wubu.layers.Dense(2, activation="softmax")(features))
    model.compile(wubu.optimizers.Adam(0.03), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=8, epochs=5, verbose=0).history["loss"]
    assert history[-1] < 0.8 * history[0] and model.train_function.stepper.reason is None
    same(base, theirs)
    base.trainable = True
    for layer in base.layers[:-10]:
        layer.trainable = False
    model.compile(wubu.optimizers.SGD(1e-3), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=16, verbose=0)
    assert model.train_function.stepper.reason is None
    moved = [not np.array_equal(a, b) for a, b in zip(base.get_weights(), theirs.get_weights(), strict=True)]
    assert any(moved) and not any(moved[:20])
