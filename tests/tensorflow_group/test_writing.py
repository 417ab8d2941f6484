"""What wubu writes, read by TensorFlow and tf.keras 2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import wubu

KINDS = ("stack", "convolutional", "shared_and_nested", "several_outputs", "recurrent")


def arrays(values: list[Any]) -> dict[str, np.ndarray]:
    return {str(i): np.asarray(v) for i, v in enumerate(values)}


def compile_like(kind: str, model: Any) -> None:
    if kind == "stack":
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    elif kind == "several_outputs":
        losses = {"mean": "mse", "kind": wubu.losses.Huber()}
        metrics = {"mean": ["mae", wubu.metrics.RootMeanSquaredError()], "kind": ["mse"]}
        model.compile("adam", losses, metrics=metrics, loss_weights={"mean": 1.0, "kind": 0.5})
    else:
        model.compile("adam", "mse", metrics=["mae"])


def test_tensorflow_reads_it(written: Path, tmp_path: Path, generator: Any, run_tf: Callable[..., str]) -> None:
    for kind in KINDS:
        folder = tmp_path / kind
        model = wubu.models.model_from_json((written / kind / "architecture.json").read_text())
        compile_like(kind, model)
        for seed in range(3):
            model.train_on_batch(*generator.batch(kind, seed))
        model.save_weights(folder / "ckpt")
        model.save_weights(folder / "ckpt")  # the second time lands in files of other names
        model.save_weights(folder / "weights.h5")
        model.save_weights(folder / "new.weights.h5")
        model.save(folder / "saved_model")
        predicted = model.predict(generator.batch(kind, 999)[0], verbose=0)
        flat = [predicted[k] for k in sorted(predicted)] if isinstance(predicted, dict) else [predicted]
        np.savez(folder / "predictions.npz", **arrays(flat))
        np.savez(folder / "weights.npz", **arrays(model.get_weights()))
        for seed in range(100, 110):
            model.train_on_batch(*generator.batch(kind, seed))
        np.savez(folder / "after.npz", **arrays(model.get_weights()))
    printed = run_tf("read_back.py", tmp_path)
    assert printed.count("read") == len(KINDS)
