"""Whether labels fit a loss and a model's output, before the first step: errors that say what to change."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from wubu.errors import LabelError
from wubu.losses.lookup import get
from wubu.losses.traits import traits_of
from wubu.losses.wrapper import LossFunctionWrapper

Shape = Sequence[int | None]


def check_targets(
    loss: Any, y_true_shape: Shape, y_true_dtype: Any, y_pred_shape: Shape, *, output: str | None = None
) -> None:
    """Raise unless labels of a shape can be compared with predictions of a shape by a built-in loss.

    The first axis, the batch, is not compared; sizes that are None fit everything. Losses of a user's own
    pass.

    Args:
        loss: a loss, a loss function, or the name of one.
        y_true_shape: the shape of the labels.
        y_true_dtype: their type: a name, or NumPy's or torch's object.
        y_pred_shape: the shape of the model's output.
        output: the output's name, where a model has several.

    Raises:
        LabelError: says what was expected, what was received and what to try.

    Example:
        >>> check_targets("categorical_crossentropy", (60, 10), "float32", (None, 10))
    """
    function, arguments = _function_of(loss)
    kind = traits_of(function).targets
    if kind == "free" or not y_pred_shape or not y_true_shape:
        return
    name = getattr(function, "__name__", "the loss")
    said = _Said(name, tuple(y_true_shape), tuple(y_pred_shape), output)
    if _is_text(y_true_dtype):
        raise said.error(
            "numbers",
            f"labels of type {y_true_dtype}",
            "integers, for example from numpy.unique(y, return_inverse=True)[1]",
        )
    labels, predictions = (None, *y_true_shape[1:]), (None, *y_pred_shape[1:])
    if kind == "indices":
        _check_indices(said, labels, predictions, arguments.get("axis", -1))
    elif kind == "one_hot":
        _check_one_hot(said, labels, predictions, arguments.get("axis", -1))
    elif kind == "binary":
        _check_binary(said, labels, predictions)
    elif kind == "elementwise":
        _check_elementwise(said, labels, predictions)


def check_label_range(loss: Any, y_array: Any, num_classes: int | None, *, output: str | None = None) -> None:
    """Raise unless every label names one of the classes; warn where binary labels are not between 0 and 1.

    It reads all labels on the host, so it belongs before training, not into a step.

    Args:
        loss: a loss, a loss function, or the name of one.
        y_array: the labels: an array, a tensor, or lists.
        num_classes: the size of the model's output along the axis of the classes; None when it is not known.
        output: the output's name, where a model has several.

    Raises:
        LabelError: says which labels were expected, which were received and what to try.

    Example:
        >>> check_label_range("sparse_categorical_crossentropy", [0, 1, 2], 3)
    """
    function, arguments = _function_of(loss)
    kind = traits_of(function).targets
    if kind not in ("indices", "binary"):
        return
    labels = y_array.detach().cpu().numpy() if isinstance(y_array, torch.Tensor) else np.asarray(y_array)
    if not labels.size or labels.dtype.kind not in "biuf":
        return
    name = getattr(function, "__name__", "the loss")
    if kind == "binary":
        _check_between_0_and_1(name, labels)
        return
    ignored = arguments.get("ignore_class")
    if ignored is not None:
        labels = labels[labels != ignored]
    if labels.size:
        _check_class_range(_Said(name, labels.shape, (None, num_classes), output), labels, num_classes)


class _Said:
    """What an error message repeats about the loss, the labels and the predictions."""

    def __init__(self, loss: str, labels: tuple[Any, ...], predictions: tuple[Any, ...], output: str | None) -> None:
        self.loss = loss
        self.labels = labels
        self.predictions = predictions
        self.where = f"Output {output!r}: " if output else ""

    def error(self, expected: str, received: str, advice: str) -> LabelError:
        return LabelError(f"{self.where}{self.loss} expected {expected}. Received: {received}. Try: {advice}")

    @property
    def shapes(self) -> str:
        return f"labels of shape {self.labels} and predictions of shape {self.predictions}"


def _function_of(loss: Any) -> tuple[Any, dict[str, Any]]:
    """The function behind a loss, and its arguments."""
    if isinstance(loss, str):
        loss = get(loss)
    if isinstance(loss, LossFunctionWrapper):
        # A subclass that computes in its own way may want other labels.
        own = type(loss).call is not LossFunctionWrapper.call
        return (None, {}) if own else (loss.fn, loss._fn_kwargs)
    return loss, {}


def _is_text(dtype: Any) -> bool:
    kind = getattr(dtype, "kind", None)
    return kind in ("O", "S", "U") or str(dtype) in ("object", "str", "string")


def _fits(a: Shape, b: Shape) -> bool:
    return len(a) == len(b) and all(x is None or y is None or x == y for x, y in zip(a, b))


def _same_rank(labels: Shape, predictions: Shape) -> tuple[Shape, Shape]:
    """Shapes after a last axis of size 1 was dropped or added, as the losses do it."""
    if len(labels) == len(predictions) + 1 and labels[-1] == 1:
        return (labels, (*predictions, 1)) if len(predictions) == 1 else (labels[:-1], predictions)
    if len(predictions) == len(labels) + 1 and predictions[-1] == 1:
        return ((*labels, 1), predictions) if len(labels) == 1 else (labels, predictions[:-1])
    return labels, predictions


def _without(shape: Shape, axis: int) -> Shape:
    axis %= len(shape)
    return (*shape[:axis], *shape[axis + 1 :])


def _check_indices(said: _Said, labels: Shape, predictions: Shape, axis: int) -> None:
    expected = _without(predictions, axis)
    found = labels
    if len(found) == len(predictions) and found[axis] == 1:
        found = _without(found, axis)
    if _fits(found, expected):
        return
    classes = predictions[axis]
    wanted = f"one class index for each row of predictions, labels of shape {_batch(expected)}"
    if classes is not None:
        wanted += f" with values from 0 to {classes - 1}"
    if _fits(labels, predictions):
        advice = 'loss="categorical_crossentropy", or indices from y.argmax(-1)'
        raise said.error(wanted, f"labels of shape {said.labels}, which look one-hot", advice)
    if len(labels) == len(predictions) and labels[axis] is not None:
        advice = (
            f'loss="categorical_crossentropy" and a last layer of {labels[axis]} units, or indices from y.argmax(-1)'
        )
        raise said.error(wanted, said.shapes, advice)
    raise said.error(wanted, said.shapes, _advice_on_rank(found, expected))


def _check_one_hot(said: _Said, labels: Shape, predictions: Shape, axis: int) -> None:
    classes = predictions[axis]
    labels, predictions = _same_rank(labels, predictions)
    if _fits(labels, predictions):
        return
    wanted = f"one-hot labels of the predictions' shape {_batch(predictions)}"
    indices = _without(predictions, axis)
    squeezed = labels[:-1] if len(labels) == len(predictions) and labels[-1] == 1 else labels
    if _fits(squeezed, indices):
        advice = (
            'loss="sparse_categorical_crossentropy", or one-hot labels from '
            f"wubu.utils.to_categorical(y, num_classes={classes})"
        )
        raise said.error(wanted, f"labels of shape {said.labels}, which look like class indices", advice)
    if len(labels) == len(predictions) and _fits(labels[:-1], predictions[:-1]):
        advice = f"a last layer of {labels[-1]} units, or labels of {predictions[-1]} classes"
        raise said.error(wanted, said.shapes, advice)
    raise said.error(wanted, said.shapes, _advice_on_rank(labels, predictions))


def _check_binary(said: _Said, labels: Shape, predictions: Shape) -> None:
    labels, predictions = _same_rank(labels, predictions)
    if _fits(labels, predictions):
        return
    wanted = f"labels of the predictions' shape {_batch(predictions)}"
    single = len(labels) == 1 or labels[-1] == 1
    if single and len(predictions) <= 2 and (predictions[-1] or 0) > 1:
        advice = (
            'a last layer Dense(1, activation="sigmoid"), or loss="sparse_categorical_crossentropy" with '
            f'Dense({predictions[-1]}, activation="softmax")'
        )
        raise said.error(wanted, said.shapes, advice)
    if len(labels) == len(predictions) and _fits(labels[:-1], predictions[:-1]):
        raise said.error(wanted, said.shapes, f"a last layer of {labels[-1]} units")
    raise said.error(wanted, said.shapes, _advice_on_rank(labels, predictions))


def _check_elementwise(said: _Said, labels: Shape, predictions: Shape) -> None:
    labels, predictions = _same_rank(labels, predictions)
    if _fits(labels, predictions):
        return
    wanted = f"labels of the predictions' shape {_batch(predictions)}"
    if _broadcasts(labels, predictions):
        warnings.warn(
            f"{said.where}{said.loss} compares {said.shapes}: every label is compared with several predictions, "
            "or the reverse. That is rarely meant. Try: labels and predictions of the same shape",
            stacklevel=3,
        )
        return
    if len(labels) != len(predictions):
        raise said.error(wanted, said.shapes, _advice_on_rank(labels, predictions))
    advice = f"a last layer of {labels[-1]} units" if _fits(labels[:-1], predictions[:-1]) else "labels of that shape"
    raise said.error(wanted, said.shapes, advice)


def _broadcasts(labels: Shape, predictions: Shape) -> bool:
    """Whether two shapes of any rank can be compared element by element; the batch counts as a size of its own."""
    batch = -1
    a, b = (batch, *labels[1:]), (batch, *predictions[1:])
    return all(x == y or 1 in (x, y) or (None in (x, y) and batch not in (x, y)) for x, y in zip(a[::-1], b[::-1]))


def _advice_on_rank(found: Shape, expected: Shape) -> str:
    if len(expected) > len(found):
        return "Flatten or a global pooling layer before the last Dense, so that the output has fewer axes"
    if len(expected) < len(found):
        return "a model whose output keeps these axes (return_sequences=True, no Flatten), or labels with fewer axes"
    return "labels and an output of the same sizes"


def _batch(shape: Shape) -> str:
    inside = ", ".join(["batch", *("any" if size is None else str(size) for size in shape[1:])])
    return f"({inside}{',' if len(shape) == 1 else ''})"


def _check_class_range(said: _Said, labels: np.ndarray, classes: int | None) -> None:
    if labels.dtype.kind == "f":
        odd = labels[~np.isfinite(labels)]
        if odd.size:
            raise said.error("class indices", f"the label {odd.flat[0]}", "leave out rows without a label")
        odd = labels[labels != np.round(labels)]
        if odd.size:
            advice = 'a regression loss such as "mse", or class indices 0, 1, 2…'
            raise said.error("class indices, which are whole numbers", f"the label {odd.flat[0]}", advice)
    low, high = int(labels.min()), int(labels.max())
    if low >= 0 and (classes is None or high < classes):
        return
    if classes is None:
        raise said.error("labels from 0 up", f"labels from {low} to {high}", "class indices that start at 0")
    expected = f"labels from 0 to {classes - 1}, since the output has {classes} class{'es'[: 2 * (classes != 1)]}"
    if classes == 1 and low >= 0:
        advice = (
            'loss="binary_crossentropy" with Dense(1, activation="sigmoid")'
            if high == 1
            else f'a last layer Dense({high + 1}, activation="softmax")'
        )
    elif low == 1 and high == classes:
        advice = f"y - 1, since the labels start at 1, or a last layer of {high + 1} units"
    elif low < 0:
        advice = (
            f"class indices that start at 0, or {said.loss} with ignore_class={low} if such labels are to be left out"
            if low == -1 or low == -100
            else "class indices that start at 0"
        )
    else:
        advice = f"a last layer of {high + 1} units, or labels below {classes}"
    raise said.error(expected, f"labels from {low} to {high}", advice)


def _check_between_0_and_1(name: str, labels: np.ndarray) -> None:
    low, high = labels.min(), labels.max()
    if low < 0 or high > 1:
        advice = (
            'loss="hinge", or (y + 1) / 2'
            if low == -1 and high == 1
            else "labels 0 and 1, or values scaled to lie between them"
        )
        warnings.warn(
            f"{name} expected labels between 0 and 1. Received: labels from {low} to {high}. The loss can then fall "
            f"without end. Try: {advice}",
            stacklevel=3,
        )
