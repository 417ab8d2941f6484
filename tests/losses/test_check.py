"""Labels that do not fit the loss or the output are found before the first step, and the message says what to do."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

from wubu import losses
from wubu.errors import LabelError
from wubu.losses.check import check_label_range, check_targets

SPARSE = "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("loss", "labels", "predictions"),
    [
        (SPARSE, (100,), (None, 10)),
        (SPARSE, (100, 1), (None, 10)),
        (SPARSE, (32, 7), (32, 7, 10)),
        (SPARSE, (32, 7, 1), (32, None, 10)),
        (SPARSE, (32, 8, 8), (None, 8, 8, 4)),
        (SPARSE, (100,), (None, 1)),
        (losses.SparseCategoricalCrossentropy(axis=1), (32, 7), (32, 10, 7)),
        ("categorical_crossentropy", (100, 10), (None, 10)),
        ("categorical_crossentropy", (100, 8, 8, 3), (None, None, None, 3)),
        ("categorical_crossentropy", (100, 10), (None, None)),
        ("binary_crossentropy", (100,), (None, 1)),
        ("binary_crossentropy", (100, 1), (None, 1)),
        ("binary_crossentropy", (100, 1), (None,)),
        ("binary_crossentropy", (100, 784), (None, 784)),
        ("mse", (100,), (None, 1)),
        ("mse", (100, 3), (None, 3)),
        ("mse", (100, 28, 28), (None, 28, 28, 1)),
        ("mse", (100, 28, 28, 1), (None, 28, 28)),
        ("ctc", (100, 7), (None, 30, 5)),
        ("circle", (100,), (None, 30)),
        (lambda y_true, y_pred: y_pred, (100, 7), (None, 30, 5)),
        ("mse", (), (None, 1)),
    ],
)
def test_what_fits_passes(loss: Any, labels: Any, predictions: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_targets(loss, labels, "float32", predictions)


@pytest.mark.parametrize(
    ("loss", "labels", "predictions", "said"),
    [
        (SPARSE, (100, 10), (None, 10), r"0 to 9.*\(100, 10\), which look one-hot.*categorical_crossentropy.*argmax"),
        (SPARSE, (100, 12), (None, 10), r"last layer of 12 units"),
        (SPARSE, (100,), (None, 28, 10), r"Flatten"),
        (SPARSE, (100, 5), (None, 10), r"last layer of 5 units"),
        (
            "categorical_crossentropy",
            (100,),
            (None, 10),
            r"class indices.*sparse_.*to_categorical\(y, num_classes=10\)",
        ),
        ("categorical_crossentropy", (100, 1), (None, 10), r"class indices.*sparse_"),
        ("categorical_crossentropy", (100, 7), (None, 10), r"last layer of 7 units"),
        ("categorical_crossentropy", (100, 10), (None, 4, 10), r"Flatten"),
        ("binary_crossentropy", (100,), (None, 2), r'Dense\(1, activation="sigmoid"\).*sparse'),
        ("binary_crossentropy", (100, 1), (None, 10), r'Dense\(1, activation="sigmoid"\).*sparse'),
        ("binary_crossentropy", (100, 2), (None, 1), r"last layer of 2 units"),
        ("mse", (100, 3), (None, 4), r"last layer of 3 units"),
        ("mse", (100,), (None, 4, 2), r"Flatten"),
        ("mse", (100, 4, 5), (None, 4), r"keeps these axes"),
    ],
)
def test_what_does_not_fit(loss: Any, labels: Any, predictions: Any, said: str) -> None:
    with pytest.raises(LabelError, match=said) as found:
        check_targets(loss, labels, "float32", predictions)
    for part in ("expected", "Received: ", "Try: "):
        assert part in str(found.value)
    # The loss itself would fail as well: no program that works is turned away.
    y_true, y_pred = torch.zeros([d or 100 for d in labels]), torch.full([d or 100 for d in predictions], 0.5)
    with pytest.raises((ValueError, RuntimeError)):
        losses.LossFunctionWrapper(losses.get(loss))(y_true, y_pred)


def test_objects_functions_and_outputs() -> None:
    for loss in (losses.CategoricalCrossentropy(), losses.categorical_crossentropy):
        with pytest.raises(LabelError, match="^Output 'digit': categorical"):
            check_targets(loss, (9,), "int64", (None, 3), output="digit")


@pytest.mark.parametrize("dtype", ["object", "string", np.dtype("O"), np.dtype("<U3")])
def test_text(dtype: Any) -> None:
    with pytest.raises(LabelError, match=r"labels of type.*numpy\.unique"):
        check_targets(SPARSE, (9,), dtype, (None, 3))


@pytest.mark.parametrize("predictions", [(None, 4), (None, 4, 1, 1)])
def test_broadcast_labels_warn(predictions: Any) -> None:
    with pytest.warns(UserWarning, match="rarely meant"):
        check_targets("mse", (100, 1), "float32", predictions)


def test_a_loss_of_one_s_own_is_not_judged() -> None:
    class Mine(losses.CategoricalCrossentropy):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return y_pred.mean(-1)

    check_targets(Mine(), (9,), "int64", (None, 3))


@pytest.mark.parametrize("labels", [[0, 1, 2], np.array([[0.0], [2.0]]), torch.tensor([2]), np.array([], "int64")])
def test_labels_within_the_classes(labels: Any) -> None:
    check_label_range(SPARSE, labels, 3)


@pytest.mark.parametrize(
    ("labels", "classes", "said"),
    [
        ([1, 2, 3], 3, "labels from 0 to 2, since the output has 3 classes.*labels from 1 to 3.*y - 1"),
        ([0, 9], 3, "last layer of 10 units"),
        ([-2, 0], 3, "start at 0"),
        ([-1, 0], 3, "ignore_class=-1"),
        ([0, 1], 1, 'has 1 class[.].*binary_crossentropy.*Dense[(]1, activation="sigmoid"'),
        ([0, 4], 1, "Dense[(]5"),
        ([0.5, 1.0], 3, "whole numbers.*mse"),
        ([0.0, float("nan")], 3, "nan.*leave out"),
        ([-1, 0], None, "start at 0"),
    ],
)
def test_labels_outside_the_classes(labels: Any, classes: Any, said: str) -> None:
    for made in (labels, np.array(labels), torch.tensor(labels)):
        with pytest.raises(LabelError, match=said):
            check_label_range(SPARSE, made, classes)


def test_the_ignored_class_may_lie_anywhere() -> None:
    check_label_range(losses.SparseCategoricalCrossentropy(ignore_class=255), np.array([0, 2, 255], "uint8"), 3)
    check_label_range(losses.SparseCategoricalCrossentropy(ignore_class=-1), [-1, -1], 3)


def test_binary_labels() -> None:
    check_label_range("binary_crossentropy", [0, 0.5, 1], 1)
    with pytest.warns(UserWarning, match=r"from -1 to 1.*hinge"):
        check_label_range("binary_crossentropy", [-1, 1], 1)
    with pytest.warns(UserWarning, match="scaled"):
        check_label_range("bce", [0, 255], 1)


def test_other_losses_take_any_label() -> None:
    check_label_range("mse", [-5.0, float("inf")], 1)
    check_label_range("categorical_crossentropy", np.eye(3), 3)
    check_label_range(lambda y_true, y_pred: y_pred, [9], 3)
    check_label_range(SPARSE, np.array(["a", "b"]), 3)  # text is check_targets' affair
