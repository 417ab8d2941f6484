"""Bringing labels and predictions, in whatever form they come, into one form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wubu.errors import ArgumentError, EmptyDataError, LabelError, NonFiniteError, ShapeError

_TOLERANCE = 1e-3  # how far half-precision probabilities may leave [0, 1]


def as_array(values: Any) -> np.ndarray:
    """An array of what may be an array, a list, a torch tensor on any device, or a pandas column."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        if str(values.dtype) == "torch.bfloat16":  # NumPy has no such type
            values = values.float()
    return np.asarray(values)


def read_predictions(
    y_true: Any, y_prob: Any, class_names: Sequence[str] | None = None, from_logits: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, tuple[str, ...]]:
    """Labels, predicted labels, probabilities (None if only labels were predicted) and class names.

    Args:
        y_true: labels (n,) or (n, 1), one-hot rows (n, classes), or names of classes.
        y_prob: probabilities (n, classes); probabilities of the second class (n,) or (n, 1); or predicted
            labels: whole numbers or names (n,).
        class_names: a name for each class.
        from_logits: ``y_prob`` are logits: softmax (several columns) or sigmoid (one) makes them
            probabilities.

    Returns:
        ``y_true`` int64 (n,), ``y_pred`` int64 (n,), ``y_prob`` float64 (n, classes) or None, the names.

    Raises:
        EmptyDataError: there are no rows.
        ShapeError: the lengths or the numbers of classes differ.
        LabelError: a label is no class.
        NonFiniteError: a probability is NaN or infinite.
        ArgumentError: a probability is not in [0, 1].
    """
    truth, given = as_array(y_true), as_array(y_prob)
    if truth.ndim == 0 or given.ndim == 0 or not len(truth) or not len(given):
        raise EmptyDataError("Expected at least one label and one prediction. Received none")
    if len(truth) != len(given):
        raise ShapeError(f"Expected as many predictions as labels. Received {len(given)} and {len(truth)}")
    names = None if class_names is None else tuple(str(name) for name in class_names)
    if given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    if given.ndim > 2:
        raise ShapeError(f"Expected predictions of shape (n, classes) or (n,). Received: {given.shape}")

    if given.ndim == 1 and given.dtype.kind not in "f":
        labels = _one_dimensional(truth)
        names = names or _names_of_texts(labels, given)
        true, predicted = _labels(labels, names), _labels(given, names)
        count = len(names) if names else int(max(true.max(), predicted.max())) + 1
        _check_range(true, count)
        _check_range(predicted, count)
        return true, predicted, None, names or _numbers(count)

    probabilities = _probabilities(given, from_logits)
    count = probabilities.shape[1]
    if names is not None and len(names) != count:
        raise ShapeError(f"Expected a name for each of the {count} classes. Received {len(names)} names")
    if truth.ndim == 2 and truth.shape[1] == count and count > 1:
        labels = _from_one_hot(truth)
    else:
        labels = _one_dimensional(truth)
    names = names or _names_of_texts(labels)
    true = _labels(labels, names)
    _check_range(true, count)
    return true, probabilities.argmax(axis=1), probabilities, names or _numbers(count)


def _probabilities(given: np.ndarray, from_logits: bool) -> np.ndarray:
    values = given.astype(np.float64)
    if not np.isfinite(values).all():
        rows = np.flatnonzero(~np.isfinite(values.reshape(len(values), -1)).all(axis=1))
        raise NonFiniteError(
            f"Expected finite predictions. Received NaN or infinity in {len(rows)} rows, the first at {rows[0]}"
        )
    if from_logits and values.ndim == 1:
        values = 0.5 * (1 + np.tanh(0.5 * values))  # the sigmoid, without overflow
    elif from_logits:
        values = np.exp(values - values.max(axis=1, keepdims=True))
        values /= values.sum(axis=1, keepdims=True)
    low, high = values.min(), values.max()
    if low < -_TOLERANCE or high > 1 + _TOLERANCE:
        raise ArgumentError(
            f"Expected probabilities in [0, 1]. Received values from {low:.4g} to {high:.4g}. If they are logits, "
            "pass from_logits=True; if they are predicted labels, pass whole numbers"
        )
    values = values.clip(0, 1)
    return np.stack([1 - values, values], axis=1) if values.ndim == 1 else values  # (n, classes)


def _one_dimensional(labels: np.ndarray) -> np.ndarray:
    if labels.ndim == 2 and labels.shape[1] == 1:
        return labels[:, 0]
    if labels.ndim == 2:
        return _from_one_hot(labels)
    if labels.ndim != 1:
        raise ShapeError(
            f"Expected labels of shape (n,), or one-hot rows (n, classes). Received: {labels.shape}"
        )
    return labels


def _from_one_hot(rows: np.ndarray) -> np.ndarray:
    if not ((rows == 0) | (rows == 1)).all() or not (rows.sum(axis=1) == 1).all():
        raise LabelError(
            "Expected one-hot rows: a single 1 in each. For rows with several labels make a report per column: "
            "classification(y_true[:, k], y_prob[:, k])"
        )
    return rows.argmax(axis=1)


def _labels(labels: np.ndarray, names: tuple[str, ...] | None) -> np.ndarray:
    """Whole numbers, from numbers or from names."""
    if labels.dtype.kind in "OUS" and names is not None:
        table = {name: number for number, name in enumerate(names)}
        texts = [label.decode() if isinstance(label, bytes) else str(label) for label in labels]
        unknown = sorted({text for text in texts if text not in table})
        if unknown:
            raise LabelError(f"Expected labels among {', '.join(names)}. Received: {', '.join(unknown[:5])}")
        return np.array([table[text] for text in texts], dtype=np.int64)
    if labels.dtype.kind not in "biuf":
        raise LabelError(f"Expected labels as numbers or names. Received: {labels.dtype}")
    whole = np.nan_to_num(labels).astype(np.int64)
    if not np.array_equal(whole, labels):
        raise LabelError("Expected labels as whole numbers. Received fractions or NaN")
    return whole


def _names_of_texts(*labels: np.ndarray) -> tuple[str, ...] | None:
    if not any(part.dtype.kind in "OUS" for part in labels):
        return None
    texts = (t.decode() if isinstance(t, bytes) else str(t) for part in labels for t in part.tolist())
    return tuple(sorted(set(texts)))


def _check_range(labels: np.ndarray, count: int) -> None:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= count:
        raise LabelError(f"Expected labels 0..{count - 1} for {count} classes. Received labels {low}..{high}")


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(count))
