"""The .keras format beside the plain case: folders, file objects, assets, shared objects, atomic replacement."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import torch

import wubu
from wubu.errors import FileFormatError, NotBuiltError, SerializationError, WriteError

layers = wubu.layers


def model() -> Any:
    made = wubu.Sequential([wubu.Input((4,)), layers.Dense(3), layers.Dense(2)])
    made.compile("adam", "mse")
    return made


def same(a: Any, b: Any) -> None:
    for left, right in zip(a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def test_it_says_who_wrote_it(tmp_path: Path) -> None:
    model().save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        metadata = json.loads(archive.read("metadata.json"))
    assert metadata["written_by"] == f"wubu {wubu.__version__}" and metadata["keras_version"].startswith("3.")


def test_a_file_object(tmp_path: Path) -> None:
    source = model()
    buffer = io.BytesIO()
    source.save(buffer)
    buffer.seek(0)
    same(wubu.saving.load_model(buffer), source)
    (tmp_path / "m.keras").write_bytes(buffer.getvalue())
    same(keras.models.load_model(tmp_path / "m.keras"), source)


def test_a_folder_of_the_same_files(tmp_path: Path) -> None:
    source = model()
    wubu.saving.save_model(source, tmp_path / "m", zipped=False)
    same(wubu.saving.load_model(tmp_path / "m"), source)
    theirs = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    keras.saving.save_model(theirs, tmp_path / "theirs", zipped=False)
    same(wubu.saving.load_model(tmp_path / "theirs"), theirs)
    same(keras.saving.load_model(tmp_path / "m"), source)


class Vocabulary:
    """What a layer with assets does, on either library."""

    words: list[str]

    def save_assets(self, folder: str) -> None:
        Path(folder, "words.txt").write_text("\n".join(self.words), encoding="utf-8")

    def load_assets(self, folder: str) -> None:
        self.words = Path(folder, "words.txt").read_text(encoding="utf-8").split("\n")


def with_assets(k: Any) -> Any:
    class Counting(Vocabulary, k.layers.Layer):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.words = []

        def call(self, x: Any) -> Any:
            return x * 1.0

    return Counting


@pytest.mark.parametrize("ending", (".keras", ""))
def test_assets_come_along(tmp_path: Path, ending: str) -> None:
    ours, theirs = with_assets(wubu), with_assets(keras)
    for source, target in (((wubu, ours), (keras, theirs)), ((keras, theirs), (wubu, ours)), ((wubu, ours), (wubu, ours))):
        if ending == "" and (source[0] is keras or target[0] is keras):
            continue
        layer = source[1](name="counting")
        layer.words = ["one", "zwei", "三"]
        built = source[0].Sequential([source[0].Input((2,)), layer])
        built.save(tmp_path / f"m{ending}")
        again = target[0].models.load_model(tmp_path / f"m{ending}", custom_objects={"Counting": target[1]})
        assert again.layers[-1].words == ["one", "zwei", "三"]


def test_torch_modules_within(tmp_path: Path) -> None:
    class Mixed(wubu.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3)
            self.net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))

        def call(self, x: Any) -> Any:
            return self.net(self.dense(x))

    x = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    source, other = Mixed(), Mixed()
    source(x, training=True)
    source.save_weights(tmp_path / "w.weights.h5")
    expected = source.predict(x, verbose=0)
    other(x)
    other.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(other.predict(x, verbose=0), expected)
    source.save_weights(tmp_path / "ckpt")
    third = Mixed()
    third(x)
    third.load_weights(tmp_path / "ckpt")
    np.testing.assert_array_equal(third.predict(x, verbose=0), expected)


def test_half_precision_weights(tmp_path: Path) -> None:
    for kind in ("float16", "bfloat16", "float64"):
        source = wubu.Sequential([wubu.Input((3,)), layers.Dense(2, dtype=kind)])
        source.save(tmp_path / "m.keras")
        again = wubu.saving.load_model(tmp_path / "m.keras")
        assert str(again.weights[0].dtype) == f"torch.{kind}"
        same(again, source)
        source.save_weights(tmp_path / "ckpt")
        again.load_weights(tmp_path / "ckpt")
        same(again, source)


def test_what_cannot_be_saved_says_so(tmp_path: Path) -> None:
    class Stubborn(layers.Layer):
        def get_config(self) -> dict[str, Any]:
            return {"thing": object()}

        def call(self, x: Any) -> Any:
            return x

    with pytest.raises(SerializationError):
        wubu.Sequential([wubu.Input((2,)), Stubborn()]).save(tmp_path / "m.keras")
    assert not list(tmp_path.iterdir())
    unbuilt = wubu.Sequential([layers.Dense(2)])
    with pytest.raises(NotBuiltError):
        unbuilt.save_weights(tmp_path / "w.weights.h5")
    model().save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(NotBuiltError):
        unbuilt.load_weights(tmp_path / "w.weights.h5")


def test_a_failing_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = model()
    for name in ("m.keras", "m.h5", "m"):
        source.save(tmp_path / name)
        with monkeypatch.context() as patch:
            patch.setattr(layers.Dense, "save_own_variables", lambda *_: 1 / 0)
            patch.setattr(wubu.saving.legacy_weights, "as_array", lambda *_: 1 / 0)
            patch.setattr(wubu.saving.tf.saved_model, "write_bundle", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                source.save(tmp_path / name)
        same(wubu.saving.load_model(tmp_path / name), source)
    assert sorted(os.listdir(tmp_path)) == ["m", "m.h5", "m.keras"]


def test_overwriting_can_be_forbidden(tmp_path: Path) -> None:
    source = model()
    for name in ("m.keras", "m.h5", "w.ckpt", "w.weights.h5"):
        save = source.save if name.startswith("m") else source.save_weights
        save(tmp_path / name)
        with pytest.raises(WriteError, match="overwrite=False"):
            save(tmp_path / name, overwrite=False)


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(WriteError, match="thesis.txt"):
        model().save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_missing_classes_are_named(tmp_path: Path) -> None:
    class Own(layers.Dense):
        pass

    wubu.Sequential([wubu.Input((2,)), Own(3)]).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    members["config.json"] = members["config.json"].replace(b'"test_keras_archive"', b'"elsewhere"')
    config = json.loads(members["config.json"])
    config["config"]["layers"][1]["module"] = "elsewhere"
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(tmp_path / "n.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(SerializationError, match="custom_objects.*Own"):
        wubu.saving.load_model(tmp_path / "n.keras")
    found = wubu.saving.load_model(tmp_path / "n.keras", custom_objects={"Own": Own})
    same(found, wubu.saving.load_model(tmp_path / "m.keras", {"Own": Own}))


def test_weights_of_another_format_are_named(tmp_path: Path) -> None:
    model().save_weights(tmp_path / "w.safetensors")
    with pytest.raises(FileFormatError, match="not a whole model"):
        wubu.saving.load_model(tmp_path / "w.safetensors")


def vocabulary(kind: str) -> Any:
    """A preprocessing layer that has learned something."""
    if kind == "IntegerLookup":
        layer = layers.IntegerLookup()
        layer.adapt(np.array([[3], [5], [5]]))
    elif kind == "StringLookup":
        layer = layers.StringLookup(vocabulary=["a", "b", "三"])
    else:
        layer = layers.TextVectorization(output_sequence_length=4)
        layer.adapt(["a b c", "b c"])
    return layer


@pytest.mark.parametrize("ending", (".keras", ""))
@pytest.mark.parametrize("kind", ("IntegerLookup", "StringLookup", "TextVectorization"))
def test_what_preprocessing_layers_learned_comes_along(tmp_path: Path, kind: str, ending: str) -> None:
    if not hasattr(layers, kind):
        pytest.skip(f"{kind} is not there yet")
    layer = vocabulary(kind)
    dtype = "int64" if kind == "IntegerLookup" else "string"
    wubu.Sequential([wubu.Input((1,), dtype=dtype), layer]).save(tmp_path / f"m{ending}")
    again = wubu.saving.load_model(tmp_path / f"m{ending}")
    assert list(again.layers[-1].get_vocabulary()) == list(layer.get_vocabulary())


@pytest.mark.parametrize("at", (512, 1024, 2048, 8192))
def test_the_weights_may_begin_where_hdf5_looks_for_itself(tmp_path: Path, at: int) -> None:
    model = wubu.Sequential([wubu.Input((2,)), layers.Dense(1)])
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    weights = members.pop("model.weights.h5")
    header = 30  # of a member, before its name
    before = 2 * header + len("x") + len("model.weights.h5")
    with zipfile.ZipFile(tmp_path / "moved.keras", "w") as archive:
        archive.writestr("x", bytes(at - before))
        archive.writestr("model.weights.h5", weights)
        for name, content in members.items():
            archive.writestr(name, content)
    assert (tmp_path / "moved.keras").read_bytes().find(weights[:8]) == at
    again = wubu.saving.load_model(tmp_path / "moved.keras")
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
