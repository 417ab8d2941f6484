"""From a model and a data set to a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from wubu.core import nest
from wubu.errors import ArgumentError, EmptyDataError
from wubu.layers.base import Layer
from wubu.report.classification_report import ClassificationReport, classification
from wubu.report.predictions import as_array
from wubu.report.regression_report import RegressionReport, regression

_OF_CLASSES = ("crossentropy", "hinge", "focal", "kl_divergence", "kullback", "accuracy")
_OF_NUMBERS = ("squared", "absolute", "mse", "mae", "msle", "mape", "huber", "log_cosh", "logcosh", "poisson")


def evaluate(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    class_names: Sequence[str] | None = None,
    kind: str = "auto",
    output: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
) -> ClassificationReport | RegressionReport:
    """Predict a data set and report how good the predictions are.

    Args:
        model: a built model.
        x: inputs as ``predict`` takes them; or batches ``(x, y)``: a Dataset, a generator, a ``PyDataset``, a
            ``DataLoader``.
        y: labels or true values; None for batches.
        class_names: a name for each class.
        kind: ``"classification"``, ``"regression"``, or ``"auto"``: by the model's loss, else by its last
            activation, else by the labels.
        output: which output of a model with several: its name or number.
        batch_size: rows at a time.
        steps: batches to take; needed where they never end.

    Returns:
        A ``ClassificationReport`` or a ``RegressionReport``.

    Raises:
        EmptyDataError: there are no batches.
        ArgumentError: ``kind`` is unknown, or the model has several outputs and none is named.

    Example::

        print(wubu.report.evaluate(model, x_test, y_test).as_text())
    """
    if kind not in ("auto", "classification", "regression"):
        raise ArgumentError(
            f"Expected kind to be 'auto', 'classification' or 'regression'. Received: {kind!r}"
        )
    if y is not None:
        predicted = model.predict(x, batch_size=batch_size, verbose=0)
        truth = y
    else:
        truth, predicted = _from_batches(model, x, steps)
    predicted, number = _one_output(model, predicted, output)
    truth = as_array(_one_of(truth, output, number))
    predicted = as_array(predicted)
    if predicted.ndim > 2:  # a prediction for each step or pixel: (n, …, outputs) -> (n · …, outputs)
        predicted = predicted.reshape(-1, predicted.shape[-1])
        truth = truth.reshape(len(predicted), -1) if truth.size >= len(predicted) else truth
    loss = _loss_of(model, output, number)
    if kind == "auto":
        kind = _guess(model, loss, truth, predicted)
    if kind == "regression":
        return regression(truth, predicted)
    if set(np.unique(truth).tolist()) <= {-1, 1} and (truth == -1).any():  # labels of a hinge loss
        return classification((truth > 0).astype(int), predicted, class_names, from_logits=True)
    return classification(truth, predicted, class_names, from_logits=_are_logits(loss, predicted))


def _from_batches(model: Any, batches: Any, steps: int | None) -> tuple[Any, Any]:
    if (
        hasattr(batches, "__getitem__")
        and hasattr(batches, "__len__")
        and not isinstance(batches, list | tuple)
    ):
        found: Iterable[Any] = (
            batches[number] for number in range(len(batches))
        )  # a PyDataset has no end of its own
        if not isinstance(batches[0], list | tuple):
            found = iter(batches)
    else:
        found = iter(batches)
    truths, predictions = [], []
    for batch in islice(found, steps):
        if not isinstance(batch, list | tuple) or len(batch) < 2:
            raise ArgumentError("Expected y, or batches of (x, y). Received batches without labels")
        predictions.append(nest.map_structure(as_array, model.predict_on_batch(batch[0])))
        truths.append(nest.map_structure(as_array, batch[1]))
    if not truths:
        raise EmptyDataError("Expected at least one batch of (x, y). Received none")
    return _joined(truths), _joined(predictions)


def _joined(parts: list[Any]) -> Any:
    flat = [nest.flatten(part) for part in parts]
    return nest.pack_sequence_as(parts[0], [np.concatenate(column) for column in zip(*flat)])


def _one_output(model: Any, predicted: Any, output: Any) -> tuple[Any, int]:
    """The chosen output and its number."""
    names = list(getattr(model, "output_names", None) or [])
    if isinstance(predicted, dict):
        keys = sorted(predicted)
        key = keys[output] if isinstance(output, int) else output
        if len(keys) == 1:
            key = keys[0]
        if key not in predicted:
            raise ArgumentError(f"Expected output to be one of {', '.join(keys)}. Received: {output!r}")
        return predicted[key], keys.index(key)
    if not isinstance(predicted, list | tuple):
        return predicted, 0
    if len(predicted) == 1:
        return predicted[0], 0
    number = names.index(output) if output in names else output
    if not isinstance(number, int) or not 0 <= number < len(predicted):
        known = ", ".join(names) or f"0..{len(predicted) - 1}"
        raise ArgumentError(
            f"Expected output, as the model has several: one of {known}. Received: {output!r}"
        )
    return predicted[number], number


def _one_of(truth: Any, output: Any, number: int) -> Any:
    if isinstance(truth, dict):
        return truth[output] if output in truth else truth[sorted(truth)[number]]
    if (
        isinstance(truth, list | tuple)
        and len(truth) > number
        and np.ndim(truth[number]) > 0
        and output is not None
    ):
        return truth[number]
    return truth


def _loss_of(model: Any, output: Any, number: int) -> Any:
    loss = getattr(model, "loss", None)
    if isinstance(loss, dict):
        return loss.get(output) if output in loss else None
    if isinstance(loss, list | tuple):
        return loss[number] if number < len(loss) else None
    return loss


def _name_of(loss: Any) -> str:
    return str(
        loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    ).lower()


def _guess(model: Any, loss: Any, truth: np.ndarray, predicted: np.ndarray) -> str:
    name = _name_of(loss)
    if any(word in name for word in _OF_CLASSES):
        return "classification"
    activation = _last_activation(model)
    columns = predicted.shape[1] if predicted.ndim == 2 else 1
    if activation == "softmax" and columns > 1:
        return "classification"
    whole = truth.dtype.kind in "biuOUS" or bool(np.array_equal(truth, np.round(truth)))
    if activation == "sigmoid" and whole and set(np.unique(truth).tolist()) <= {0, 1}:
        return "classification"
    if any(word in name for word in _OF_NUMBERS):
        return "regression"
    if truth.dtype.kind in "OUS" or (whole and columns > 1 and truth.ndim == 1):
        return "classification"
    return "regression"


def _last_activation(model: Any) -> str:
    for module in reversed([m for m in model.modules() if isinstance(m, Layer)]):
        kind = type(module).__name__.lower()
        if kind in ("softmax", "sigmoid"):
            return kind
        activation = getattr(module, "activation", None)
        if activation is not None:
            return str(getattr(activation, "__name__", None) or type(activation).__name__).lower()
    return ""


def _are_logits(loss: Any, predicted: np.ndarray) -> bool:
    """Whether outputs are logits: the loss says so, and they don't look like probabilities."""
    said = getattr(loss, "from_logits", None) or getattr(loss, "_fn_kwargs", {}).get("from_logits", False)
    outside = bool(predicted.min() < -1e-3 or predicted.max() > 1.001)
    return bool(said) or (outside and predicted.dtype.kind == "f")
