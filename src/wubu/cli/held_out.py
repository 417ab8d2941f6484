"""How well a model does on data that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wubu.cli.labelled_data import classes_of
from wubu.errors import ShapeError
from wubu.report import classification


@dataclass(frozen=True)
class HeldOut:
    """What was measured.

    Args:
        loss: of the model's own loss; None where it was loaded without one.
        y_true: class numbers ``(samples,)``.
        y_prob: probabilities ``(samples, classes)``.
        report: rates of each class.
    """

    loss: float | None
    y_true: np.ndarray
    y_prob: np.ndarray
    report: Any

    def to_dict(self, curves: bool = True) -> dict[str, Any]:
        """For ``report.json`` and ``--json``, with or without the points of the ROC curves."""
        return {"loss": self.loss, **self.report.as_dict(curves)}


def measure(model: Any, x: Any, y: np.ndarray, class_names: list[str], batch_size: int = 256) -> HeldOut:
    """Predict every sample once and compare.

    Args:
        model: gives a probability a class.
        x: scaled inputs, or batches of inputs and labels.
        y: class numbers or one-hot rows.
        class_names: one a class.
        batch_size: samples at a time.
    """
    arrays = isinstance(x, np.ndarray)
    size = batch_size if arrays else None  # batches have a size already, and labels
    y_prob = np.asarray(model.predict(x, batch_size=size, verbose=0))
    y_prob = probabilities(y_prob, len(class_names))
    loss = None
    if getattr(model, "compiled", False):
        logs = model.evaluate(x, y if arrays else None, batch_size=size, verbose=0, return_dict=True)
        loss = float(logs["loss"])
    y_true = classes_of(y)
    return HeldOut(loss, y_true, y_prob, classification(y_true, y_prob, class_names))


def probabilities(outputs: np.ndarray, classes: int) -> np.ndarray:
    """A model's outputs as ``(samples, classes)``; a single sigmoid output becomes two columns."""
    if outputs.ndim == 2 and outputs.shape[1] == 1 and classes == 2:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    if outputs.ndim != 2 or outputs.shape[1] != classes:
        raise ShapeError(
            f"Expected a model with {classes} outputs, one a class. Received outputs of shape {outputs.shape[1:]}"
        )
    if outputs.min() < 0 or outputs.max() > 1.0001:  # logits: a softmax away from probabilities
        raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        outputs = raised / raised.sum(axis=1, keepdims=True)
    return outputs


def say(result: HeldOut) -> str:
    """The lines for the terminal."""
    loss = "" if result.loss is None else f", test loss: {result.loss:.4f}"
    return f"\n{result.report.as_text()}\n\nTest accuracy: {result.report.accuracy:.4f}{loss}"
