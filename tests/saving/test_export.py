"""Exports for inference: ONNX and torch.export run elsewhere and give what predict gives, for any batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import wubu
from wubu.errors import ArgumentError

ort = pytest.importorskip("onnxruntime")
layers = wubu.layers


def stack() -> Any:
    return wubu.Sequential(
        [
            wubu.Input((6,)),
            layers.Dense(5, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3, "softmax"),
        ]
    )


def convolutional() -> Any:
    return wubu.Sequential(
        [
            wubu.Input((9, 8, 2)),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, padding="same"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def several() -> Any:
    a, b = wubu.Input((3,), name="a"), wubu.Input((4,), name="b")
    middle = layers.Concatenate()([layers.Dense(4, "tanh")(a), layers.Dense(4)(b)])
    return wubu.Model({"a": a, "b": b}, {"one": layers.Dense(1)(middle), "two": layers.Dense(2)(middle) * 2.0})


def recurrent() -> Any:
    return wubu.Sequential(
        [
            wubu.Input((7,), dtype="int32"),
            layers.Embedding(11, 4),
            layers.Bidirectional(layers.GRU(3, return_sequences=True)),
            layers.LSTM(4, return_sequences=True),
            layers.SimpleRNN(3),
            layers.Dense(2),
        ]
    )


class Subclass(wubu.Model):
    def __init__(self) -> None:
        super().__init__()
        self.inner = layers.Dense(3)

    def call(self, x: Any) -> Any:
        return self.inner(x) + 1.0


def batch(build: Any, rows: int) -> dict[str, np.ndarray]:
    r = np.random.default_rng(rows)
    shapes = {stack: {"x": (6,)}, convolutional: {"x": (9, 8, 2)}, several: {"a": (3,), "b": (4,)}, Subclass: {"x": (5,)}}
    if build is recurrent:
        return {"x": r.integers(0, 11, (rows, 7)).astype("int32")}
    return {k: r.normal(size=(rows, *s)).astype("float32") for k, s in shapes[build].items()}


def made(build: Any) -> Any:
    model = build()
    x = batch(build, 4)
    model(x if build is several else x["x"], training=True)  # statistics of batch normalization that matter
    return model


def expected(model: Any, x: dict[str, np.ndarray]) -> list[np.ndarray]:
    found = model.predict(x if len(x) > 1 else x["x"], verbose=0)
    return [found[k] for k in sorted(found)] if isinstance(found, dict) else [found]


BUILDERS = (stack, convolutional, several, recurrent, Subclass)


@pytest.mark.parametrize("build", BUILDERS)
def test_onnx_predicts_the_same_for_any_batch(tmp_path: Path, build: Any) -> None:
    model = made(build)
    model.export(tmp_path / "model.onnx")
    session = ort.InferenceSession(str(tmp_path / "model.onnx"))
    names = [i.name for i in session.get_inputs()]
    if build is several:
        assert names == ["a", "b"]
    for rows in (1, 3, 17):
        x = batch(build, rows)
        outputs = session.run(None, dict(zip(names, x.values(), strict=True)))
        for found, wanted in zip(outputs, expected(model, x), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("build", BUILDERS)
def test_a_program_of_torch_predicts_the_same_for_any_batch(tmp_path: Path, build: Any) -> None:
    model = made(build)
    model.export(tmp_path / "model.pt2")
    program = torch.export.load(tmp_path / "model.pt2").module()
    for rows in (2, 5):
        x = batch(build, rows)
        outputs = program(*(torch.as_tensor(v) for v in x.values()))
        for found, wanted in zip(outputs, expected(model, x), strict=True):
            np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-4, atol=1e-5)


def test_a_subclass_that_was_never_called_needs_a_signature(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="input_signature"):
        Subclass().export(tmp_path / "model.onnx")
    model = Subclass()
    model(np.zeros((1, 5), "float32"))
    model.export(tmp_path / "model.onnx", input_signature=(None, 5))
    assert (tmp_path / "model.onnx").stat().st_size > 0


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="format"):
        stack().export(tmp_path / "model", format="coreml")
