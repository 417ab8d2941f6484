"""``wubu inspect`` and ``wubu convert``: every format, and every format into every other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import wubu
from wubu.cli.main import run

layers = wubu.layers


@pytest.fixture
def model() -> Any:
    made = wubu.Sequential([wubu.Input((4,)), layers.Dense(3, "relu"), layers.BatchNormalization(), layers.Dense(2)])
    made.compile("adam", "mse")
    made.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    return made


NAMES = {
    "m.keras": "keras",
    "m.h5": "h5",
    "m": "saved_model",
    "w.weights.h5": "weights_h5",
    "w.h5": "legacy_weights_h5",
    "w.ckpt": "tf_checkpoint",
    "w.safetensors": "safetensors",
    "w.pt": "torch",
    "w.weights.json": "sharded_weights",
    "m.json": "json",
}


def write(model: Any, folder: Path, name: str) -> Path:
    path = folder / name
    if name == "m.json":
        path.write_text(model.to_json())
    elif name.startswith("m"):
        model.save(path)
    else:
        model.save_weights(path)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_inspect_tells_what_every_format_holds(
    model: Any, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(model, tmp_path, name)
    assert run(["inspect", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == NAMES[name] and found["unsafe"] == []
    if name != "m.json":
        assert found["parameters"] == 4 * 3 + 3 + 4 * 3 + 3 * 2 + 2
    if name.startswith("m"):
        assert [x["class_name"] for x in found["layers"] if x["class_name"] != "InputLayer"] == [
            "Dense",
            "BatchNormalization",
            "Dense",
        ]
    if name in ("m.keras", "m.h5", "m"):
        assert found["optimizer"] == "Adam" and found["optimizer_tensors"] > 2
    assert run(["inspect", str(path)]) == 0
    text = capsys.readouterr().out
    assert "Unsafe: nothing found" in text and str(path) in text


def test_inspect_names_what_is_unsafe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wubu.Sequential([wubu.Input((2,)), layers.Lambda(lambda x: x)]).save(tmp_path / "x.keras")
    assert run(["inspect", str(tmp_path / "x.keras")]) == 0
    assert "Lambda holds Python bytecode" in capsys.readouterr().out
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["layers"] = h5py.ExternalLink("other.h5", "/")
    assert run(["inspect", str(tmp_path / "x.h5")]) == 0
    assert "ExternalLink" in capsys.readouterr().out


def test_inspect_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(tmp_path / "nothing.keras")]) == 2
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "noise.bin").write_bytes(b"nothing that is known" * 10)
    assert run(["inspect", str(tmp_path / "noise.bin")]) == 2
    assert "noise.bin" in capsys.readouterr().err


@pytest.mark.parametrize("source", [n for n in NAMES if n != "m.json"])
@pytest.mark.parametrize("target", [n for n in NAMES if n != "m.json"])
def test_convert_every_format_into_every_other(
    model: Any, tmp_path: Path, source: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    read = write(model, tmp_path, source)
    arguments = ["convert", str(read), str(tmp_path / "out" / target)]
    if NAMES[target] in ("legacy_weights_h5", "tf_checkpoint"):
        arguments.append("--weights-only")
    if source.startswith("w"):
        arguments += ["--architecture", str(write(model, tmp_path, "m.json"))]
    assert run(arguments) == 0, capsys.readouterr().err
    if target.startswith("m"):
        again = wubu.saving.load_model(tmp_path / "out" / target)
    else:
        again = wubu.models.model_from_json(model.to_json())
        again.load_weights(tmp_path / "out" / target)
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_convert_for_other_runtimes(model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ort = pytest.importorskip("onnxruntime")
    path = write(model, tmp_path, "m.keras")
    assert run(["convert", str(path), str(tmp_path / "m.onnx")]) == 0
    assert run(["convert", str(path), str(tmp_path / "m.pt2")]) == 0
    assert run(["convert", str(path), str(tmp_path / "m.json")]) == 0
    session = ort.InferenceSession(str(tmp_path / "m.onnx"))
    x = np.ones((3, 4), "float32")
    found = session.run(None, {session.get_inputs()[0].name: x})[0]
    np.testing.assert_allclose(found, model.predict(x, verbose=0), rtol=1e-4, atol=1e-5)
    assert run(["inspect", str(tmp_path / "m.onnx")]) == 0 and run(["inspect", str(tmp_path / "m.pt2")]) == 0
    assert run(["convert", str(tmp_path / "m.onnx"), str(tmp_path / "back.keras")]) == 2
    assert "cannot become a model again" in capsys.readouterr().err


def test_weights_alone_need_an_architecture(model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(model, tmp_path, "w.ckpt")
    assert run(["convert", str(path), str(tmp_path / "m.keras")]) == 2
    assert "--architecture" in capsys.readouterr().err
    assert run(["convert", str(path), str(tmp_path / "m.keras"), "--to", "nonsense"]) == 2
