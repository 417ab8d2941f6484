"""Every metric against real Keras 3: several batches, with and without weights, of every usual shape."""

import keras
import numpy as np
import pytest
import torch
from keras._tf_keras.keras import metrics as tf_keras_names

import wubu
from wubu import metrics

BATCHES, SIZE, CLASSES = 3, 12, 4


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)).astype("float32")


def binary(rng, shape=(SIZE,)):
    pred = rng.random(shape).astype("float32")
    pred.flat[0], pred.flat[1], pred.flat[2] = 0.0, 1.0, 0.5
    return (rng.random(shape) > 0.4).astype("float32"), pred


def columns(rng):
    return binary(rng, (SIZE, CLASSES))


def one_column(rng):
    return binary(rng, (SIZE, 1))


def mixed_ranks(rng):
    true, pred = binary(rng, (SIZE, 1))
    return true[:, 0], pred


def integers(rng):
    return rng.integers(0, CLASSES, SIZE), rng.integers(0, CLASSES, SIZE)


def one_hot(rng, *more):
    pred = softmax(rng.normal(size=(SIZE, *more, CLASSES)) * 2)
    return np.eye(CLASSES, dtype="float32")[rng.integers(0, CLASSES, (SIZE, *more))], pred


def one_hot_steps(rng):
    return one_hot(rng, 5)


def sparse(rng):
    true, pred = one_hot(rng)
    return true.argmax(-1), pred


def sparse_column(rng):
    true, pred = one_hot(rng)
    return true.argmax(-1)[:, None], pred


def sparse_steps(rng):
    true, pred = one_hot(rng, 5)
    return true.argmax(-1), pred


def sparse_float(rng):
    true, pred = sparse(rng)
    return true.astype("float32"), pred


def numbers(rng, shape=(SIZE, 3)):
    return rng.normal(size=shape).astype("float32"), rng.normal(size=shape).astype("float32")


def positive_numbers(rng):
    return tuple(np.abs(x) + 0.1 for x in numbers(rng))


def number_steps(rng):
    return numbers(rng, (SIZE, 5, 3))


def number_vector(rng):
    return numbers(rng, (SIZE,))


def ids(rng):
    return rng.integers(0, 6, SIZE), rng.integers(0, 6, (SIZE, 6))


def ranked(rng):
    return rng.integers(0, 6, SIZE), np.stack([rng.permutation(6) for _ in range(SIZE)])


CASES = [
    ("Accuracy", {}, [integers, numbers]),
    ("BinaryAccuracy", {}, [binary, columns, one_column, mixed_ranks]),
    ("BinaryAccuracy", {"threshold": 0.2}, [columns]),
    ("CategoricalAccuracy", {}, [one_hot, one_hot_steps]),
    ("SparseCategoricalAccuracy", {}, [sparse, sparse_column, sparse_steps, sparse_float]),
    ("TopKCategoricalAccuracy", {"k": 2}, [one_hot, one_hot_steps]),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, [sparse, sparse_steps, sparse_column]),
    ("SparseTopKCategoricalAccuracy", {"k": 3, "from_sorted_ids": True}, [ranked]),
    ("BinaryCrossentropy", {}, [columns, one_column]),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, [columns]),
    ("CategoricalCrossentropy", {}, [one_hot, one_hot_steps]),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, [one_hot]),
    ("SparseCategoricalCrossentropy", {}, [sparse, sparse_steps]),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, [sparse]),
    ("KLDivergence", {}, [one_hot]),
    ("Poisson", {}, [positive_numbers]),
    ("Hinge", {}, [columns]),
    ("SquaredHinge", {}, [columns]),
    ("CategoricalHinge", {}, [one_hot]),
    ("MeanSquaredError", {}, [numbers, number_steps, number_vector]),
    ("MeanAbsoluteError", {}, [numbers, number_steps]),
    ("MeanAbsolutePercentageError", {}, [numbers]),
    ("MeanSquaredLogarithmicError", {}, [positive_numbers]),
    ("RootMeanSquaredError", {}, [numbers, number_steps, mixed_ranks]),
    ("LogCoshError", {}, [numbers]),
    ("CosineSimilarity", {}, [numbers, number_steps]),
    ("CosineSimilarity", {"axis": 1}, [number_steps]),
    ("PearsonCorrelation", {}, [numbers]),
    ("ConcordanceCorrelation", {}, [numbers]),
    ("ConcordanceCorrelation", {"axis": 0}, [numbers]),
    ("R2Score", {}, [numbers]),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, [numbers]),
    ("R2Score", {"class_aggregation": None}, [numbers]),
    ("R2Score", {"num_regressors": 2}, [numbers]),
    ("F1Score", {}, [one_hot]),
    ("F1Score", {"average": "micro"}, [one_hot]),
    ("F1Score", {"average": "macro", "threshold": 0.4}, [columns]),
    ("F1Score", {"average": "weighted"}, [one_hot]),
    ("FBetaScore", {"beta": 2.0, "threshold": 0.5}, [columns]),
    *[
        (name, options, [binary, columns])
        for name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")
        for options in ({}, {"thresholds": 0.3}, {"thresholds": [0.2, 0.5, 0.9]}, {"thresholds": [0.0, 0.5, 1.0]})
    ],
    *[
        (name, options, data)
        for name in ("Precision", "Recall")
        for options, data in (
            ({}, [binary, columns, mixed_ranks]),
            ({"thresholds": [0.1, 0.7]}, [columns]),
            ({"thresholds": [0.0, 0.25, 0.5, 0.75, 1.0]}, [columns]),
            ({"top_k": 2}, [one_hot]),
            ({"class_id": 1}, [columns]),
            ({"top_k": 2, "class_id": 3}, [one_hot]),
        )
    ],
    ("SensitivityAtSpecificity", {"specificity": 0.4}, [binary, columns]),
    ("SensitivityAtSpecificity", {"specificity": 0.4, "num_thresholds": 1}, [binary]),
    ("SpecificityAtSensitivity", {"sensitivity": 0.5, "num_thresholds": 20}, [binary, columns]),
    ("PrecisionAtRecall", {"recall": 0.5}, [binary, columns]),
    ("PrecisionAtRecall", {"recall": 0.5, "class_id": 2}, [columns]),
    ("RecallAtPrecision", {"precision": 0.6}, [binary, columns]),
    *[
        ("AUC", {"curve": curve, "summation_method": method}, [binary])
        for curve in ("ROC", "PR", "PRGAIN")
        for method in ("interpolation", "majoring", "minoring")
    ],
    ("AUC", {"num_thresholds": 10}, [columns, mixed_ranks]),
    ("AUC", {"thresholds": [0.1, 0.4, 0.8]}, [binary]),
    ("AUC", {"multi_label": True}, [columns]),
    ("AUC", {"multi_label": True, "num_labels": CLASSES, "label_weights": [1.0, 2.0, 0.0, 3.0]}, [columns]),
    ("AUC", {"multi_label": True, "curve": "PR"}, [columns]),
    ("AUC", {"multi_label": True, "thresholds": [0.1, 0.4, 0.8]}, [columns]),
    ("AUC", {"label_weights": [1.0, 2.0, 0.5, 3.0]}, [columns]),
    ("AUC", {"from_logits": True}, [numbers]),
    ("IoU", {"num_classes": CLASSES, "target_class_ids": [0, 2]}, [integers]),
    ("IoU", {"num_classes": CLASSES, "target_class_ids": [0], "ignore_class": 1}, [integers]),
    ("MeanIoU", {"num_classes": CLASSES}, [integers]),
    ("MeanIoU", {"num_classes": CLASSES - 1, "dtype": "float32"}, [integers]),
    ("MeanIoU", {"num_classes": CLASSES, "sparse_y_pred": False}, [sparse]),
    ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.4}, [binary]),
    ("OneHotIoU", {"num_classes": CLASSES, "target_class_ids": [1, 3]}, [one_hot]),
    ("OneHotMeanIoU", {"num_classes": CLASSES}, [one_hot]),
]
FLAT = [(name, options, data) for name, options, kinds in CASES for data in kinds]


def assert_same(mine, real, tolerance=1e-5):
    real = real.detach().cpu().numpy() if isinstance(real, torch.Tensor) else np.asarray(real)
    np.testing.assert_allclose(mine.numpy(), real, rtol=tolerance, atol=1e-6)


def weigh(rng, y_true, y_pred, kind):
    if kind == "none":
        return None
    weight = rng.integers(0, 4, SIZE).astype("float32")
    if kind == "column":
        return weight[:, None]
    if kind == "steps":
        return rng.random(y_pred.shape[:2]).astype("float32")
    return weight


@pytest.mark.filterwarnings("ignore::UserWarning")
def readable(value):
    """A test's name that is the same in every process: no addresses of functions."""
    return value.__name__ if callable(value) else str(value)


@pytest.mark.parametrize("weights", ["none", "samples"])
@pytest.mark.parametrize("name,options,data", FLAT, ids=readable)
def test_results_and_state(name, options, data, weights):
    if weights == "samples" and (data is number_vector or options == {"axis": 0}):
        pytest.skip("the values have no axis of samples that weights could belong to")
    rng = np.random.default_rng(7)
    mine, real = getattr(metrics, name)(**options), getattr(keras.metrics, name)(**options)
    for _ in range(BATCHES):
        y_true, y_pred = data(rng)
        weight = weigh(rng, y_true, y_pred, weights)
        mine.update_state(*(torch.tensor(x) for x in (y_true, y_pred)), sample_weight=weight)
        real.update_state(y_true, y_pred, sample_weight=weight)
        assert_same(mine.result(), real.result())
    assert [v.name for v in mine.variables] == [v.name for v in real.variables]
    for own, other in zip(mine.variables, real.variables):
        assert tuple(own.shape) == tuple(other.shape)
        assert_same(own, other.numpy())
    mine.reset_state()
    real.reset_state()
    y_true, y_pred = data(rng)
    assert_same(mine(y_true, y_pred), real(y_true, y_pred))


@pytest.mark.parametrize(
    "name", ["MeanSquaredError", "SparseCategoricalAccuracy", "CategoricalAccuracy", "Mean", "Sum"]
)
@pytest.mark.parametrize("kind", ["samples", "column", "steps"])
def test_weights_of_several_axes(name, kind):
    data = {"SparseCategoricalAccuracy": sparse_steps, "CategoricalAccuracy": one_hot_steps}.get(name, number_steps)
    rng = np.random.default_rng(3)
    mine, real = getattr(metrics, name)(), getattr(keras.metrics, name)()
    for _ in range(BATCHES):
        y_true, y_pred = data(rng)
        weight = weigh(rng, y_true, y_pred, kind)
        values = (y_pred,) if name in ("Mean", "Sum") else (y_true, y_pred)
        mine.update_state(*values, sample_weight=weight)
        real.update_state(*values, sample_weight=weight)
        assert_same(mine.result(), real.result())


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["MeanSquaredError", "SparseCategoricalAccuracy"])
def test_masks(name, weighted):
    data = sparse_steps if name == "SparseCategoricalAccuracy" else number_steps
    rng = np.random.default_rng(5)
    mine, real = getattr(metrics, name)(), getattr(keras.metrics, name)()
    for _ in range(BATCHES):
        y_true, y_pred = (torch.tensor(x) for x in data(rng))
        mask = torch.tensor(rng.random((SIZE, 5)) > 0.3)
        weight = torch.tensor(rng.random((SIZE, 5)).astype("float32")) if weighted else None
        y_pred._keras_mask = mask
        mine.update_state(y_true, y_pred, sample_weight=weight)
        real.update_state(y_true, y_pred, sample_weight=weight)
        assert_same(mine.result(), real.result())


@pytest.mark.parametrize("name", ["Mean", "Sum"])
@pytest.mark.parametrize("values", [3.0, [1.0, 3.0, 5.0], [[1.0, 2.0], [3.0, 6.0]], [True, False], [1, 2]], ids=str)
def test_reductions(name, values):
    mine, real = getattr(metrics, name)(), getattr(keras.metrics, name)()
    for _ in range(2):
        assert_same(mine(values), real(np.asarray(values, "float32")))
    assert_same(getattr(metrics, name)().result(), np.float32(0))


FUNCTIONS = [
    ("binary_accuracy", columns),
    ("binary_crossentropy", columns),
    ("binary_focal_crossentropy", columns),
    ("categorical_accuracy", one_hot_steps),
    ("categorical_crossentropy", one_hot),
    ("categorical_focal_crossentropy", one_hot),
    ("categorical_hinge", one_hot),
    ("concordance_correlation", numbers),
    ("hinge", columns),
    ("huber", numbers),
    ("KLD", one_hot),
    ("kld", one_hot),
    ("kullback_leibler_divergence", one_hot),
    ("kl_divergence", one_hot),
    ("log_cosh", numbers),
    ("mean_absolute_error", numbers),
    ("mean_absolute_percentage_error", numbers),
    ("mean_squared_error", numbers),
    ("mean_squared_logarithmic_error", positive_numbers),
    ("logcosh", numbers),
    ("MAE", numbers),
    ("mae", numbers),
    ("MAPE", numbers),
    ("mape", numbers),
    ("MSE", numbers),
    ("mse", numbers),
    ("MSLE", positive_numbers),
    ("msle", positive_numbers),
    ("pearson_correlation", numbers),
    ("poisson", positive_numbers),
    ("sparse_categorical_accuracy", sparse_column),
    ("sparse_categorical_crossentropy", sparse),
    ("sparse_top_k_categorical_accuracy", sparse_steps),
    ("squared_hinge", columns),
    ("top_k_categorical_accuracy", one_hot_steps),
]


@pytest.mark.parametrize("name,data", FUNCTIONS, ids=readable)
def test_functions(name, data):
    y_true, y_pred = data(np.random.default_rng(1))
    options = {"k": 2} if "top_k" in name else {}
    found = getattr(metrics, name)(y_true, y_pred, **options)
    real = getattr(keras.metrics, name, None) or getattr(tf_keras_names, name)
    assert_same(found, real(y_true, y_pred, **options))


def test_every_public_name_is_covered():
    public = {name for name in [*dir(keras.metrics), *dir(tf_keras_names)] if not name.startswith("_")}
    assert public <= set(metrics.__all__)
    covered = {name for name, _, _ in CASES} | {name for name, _ in FUNCTIONS}
    assert public - covered == {"Mean", "Sum", "Metric", "MeanMetricWrapper", "get", "serialize", "deserialize"}


@pytest.mark.parametrize("name", ["CategoricalAccuracy", "OneHotIoU", "OneHotMeanIoU", "TopKCategoricalAccuracy"])
def test_labels_of_booleans(name):
    """As ``pandas.get_dummies`` makes them."""
    rng = np.random.default_rng(0)
    labels, outputs = np.eye(4)[rng.integers(0, 4, 12)] > 0, rng.uniform(size=(12, 4)).astype("float32")
    options = {"OneHotIoU": {"num_classes": 4, "target_class_ids": [0, 2]}, "OneHotMeanIoU": {"num_classes": 4}}
    options["TopKCategoricalAccuracy"] = {"k": 2}
    results = []
    for module in (keras, wubu):
        metric = getattr(module.metrics, name)(**options.get(name, {}))
        metric.update_state(labels, outputs)
        results.append(float(metric.result()))
    assert abs(results[0] - results[1]) < 1e-6
    model = wubu.Sequential([wubu.layers.Dense(4, activation="softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    assert 0 <= model.fit(outputs, labels, verbose=0).history["accuracy"][0] <= 1
