import numpy as np
import pytest
import torch

import wubu as keras
from wubu import layers as L
from wubu.errors import ArgumentError, EmptyDataError
from wubu.report import ClassificationReport, RegressionReport, evaluate

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype("float32")
LABELS = (X[:, 0] > 0).astype("int64") + (X[:, 1] > 0)


def model_of(units, activation, loss, metrics=None):
    model = keras.Sequential([keras.Input((4,)), L.Dense(units, activation=activation)])
    if loss is not None:
        model.compile("sgd", loss, metrics=metrics)
    return model


def test_a_classifier():
    model = model_of(3, "softmax", "sparse_categorical_crossentropy", ["accuracy"])
    report = evaluate(model, X, LABELS, class_names=["a", "b", "c"])
    assert isinstance(report, ClassificationReport) and report.class_names == ("a", "b", "c")
    np.testing.assert_allclose(report.y_prob, model.predict(X, verbose=0), rtol=1e-6)
    assert report.accuracy == pytest.approx(
        model.evaluate(X, LABELS, verbose=0, return_dict=True)["accuracy"]
    )
    one_hot = model_of(3, "softmax", "categorical_crossentropy")
    assert evaluate(one_hot, X, np.eye(3)[LABELS]).y_true.tolist() == LABELS.tolist()


@pytest.mark.parametrize(
    "units, activation, loss, labels, expected",
    [
        (1, "sigmoid", "binary_crossentropy", "binary", ClassificationReport),
        (1, "sigmoid", "mse", "binary", ClassificationReport),
        (1, None, "mse", "real", RegressionReport),
        (1, None, "mae", "binary", RegressionReport),
        (1, "sigmoid", "mse", "real", RegressionReport),
        (3, "softmax", "mse", "one-hot", ClassificationReport),
        (2, None, "huber", "two", RegressionReport),
        (3, "softmax", None, "classes", ClassificationReport),
        (
            3,
            None,
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "classes",
            ClassificationReport,
        ),
        (1, None, "hinge", "signs", ClassificationReport),
    ],
)
def test_the_kind_is_found(units, activation, loss, labels, expected):
    y = {
        "binary": LABELS > 0,
        "real": X[:, 0] * 2,
        "one-hot": np.eye(3)[LABELS],
        "two": X[:, :2],
        "classes": LABELS,
        "signs": np.where(LABELS > 0, 1, -1),
    }[labels]
    report = evaluate(model_of(units, activation, loss), X, y)
    assert type(report) is expected
    if expected is ClassificationReport:
        assert report.y_prob.min() >= 0 and report.y_prob.max() <= 1


def test_the_kind_can_be_said():
    model = model_of(1, "sigmoid", "binary_crossentropy")
    assert isinstance(evaluate(model, X, LABELS > 0, kind="regression"), RegressionReport)
    with pytest.raises(ArgumentError, match="kind"):
        evaluate(model, X, LABELS, kind="other")


def test_batches_of_any_source():
    model = model_of(3, "softmax", "sparse_categorical_crossentropy")
    expected = evaluate(model, X, LABELS).as_dict()

    class Pairs(keras.utils.Sequence if hasattr(keras.utils, "Sequence") else object):
        def __init__(self):
            if hasattr(super(), "workers"):
                super().__init__()

        def __len__(self):
            return 6

        def __getitem__(self, number):
            rows = slice(number * 10, number * 10 + 10)
            return X[rows], LABELS[rows]

    def forever():
        while True:
            yield from (Pairs()[number] for number in range(6))

    rows = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(LABELS))
    for source, steps in (
        (Pairs(), None),
        (forever(), 6),
        (iter([(X, LABELS)]), None),
        ([(X[:30], LABELS[:30]), (X[30:], LABELS[30:], np.ones(30))], None),
        (torch.utils.data.DataLoader(rows, batch_size=7), None),
    ):
        found = evaluate(model, source, steps=steps).as_dict()
        assert found["confusion_matrix"] == expected["confusion_matrix"]
        assert found["log_loss"] == pytest.approx(expected["log_loss"], rel=1e-5)
    with pytest.raises(EmptyDataError):
        evaluate(model, iter([]))
    with pytest.raises(ArgumentError, match="labels"):
        evaluate(model, iter([X]))


def test_one_of_several_outputs():
    inputs = keras.Input((4,))
    outputs = [L.Dense(3, activation="softmax", name="class")(inputs), L.Dense(1, name="price")(inputs)]
    model = keras.Model(inputs, outputs)
    model.compile("sgd", {"class": "sparse_categorical_crossentropy", "price": "mse"})
    y = {"class": LABELS, "price": X[:, :1]}
    assert isinstance(evaluate(model, X, y, output="class"), ClassificationReport)
    assert isinstance(evaluate(model, X, y, output="price"), RegressionReport)
    assert isinstance(evaluate(model, X, [LABELS, X[:, :1]], output=1), RegressionReport)
    with pytest.raises(ArgumentError, match="class, price"):
        evaluate(model, X, y)


def test_a_label_for_each_step():
    model = keras.Sequential([keras.Input((5, 4)), L.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    x, y = RNG.normal(size=(6, 5, 4)).astype("float32"), RNG.integers(0, 3, (6, 5))
    assert len(evaluate(model, x, y).y_true) == 30
