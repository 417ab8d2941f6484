"""Metrics as objects: names, configs, state, capture, and metrics that users write."""

import copy
import pickle

import keras
import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from wubu import losses, metrics
from wubu.core.registry import custom_object_scope
from wubu.errors import ArgumentError, ShapeError, UnknownNameError

NEEDED = {
    "BinaryIoU": {},
    "IoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
CLASSES = [
    name
    for name in metrics.__all__
    if isinstance(getattr(metrics, name), type) and name not in ("Metric", "MeanMetricWrapper")
]


def make(name, module=metrics):
    return getattr(module, name)(**NEEDED.get(name, {}))


def batch(name):
    """Labels and predictions that a metric accepts."""
    generator = torch.Generator().manual_seed(0)
    scores = (4 * torch.randn(8, 3, generator=generator)).softmax(-1)
    labels = torch.randint(0, 3, (8,), generator=generator)
    if name.startswith("Sparse"):
        return labels, scores
    if name in ("IoU", "MeanIoU"):
        return labels, scores.argmax(-1)
    if name in ("Mean", "Sum"):
        return (scores,)
    if name == "BinaryIoU":
        return labels > 0, scores[:, 0]
    return torch.nn.functional.one_hot(labels, 3).float(), scores


class Watch(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.calls.append(str(function))
        return function(*args, **(kwargs or {}))


# --- configs and names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSES)
def test_config_equals_keras(name):
    mine, real = make(name), make(name, keras.metrics)
    mine.name = real.name = "same"
    assert mine.get_config() == real.get_config()
    assert metrics.serialize(mine) == keras.metrics.serialize(real)
    again = metrics.deserialize(keras.metrics.serialize(real))
    assert type(again) is type(mine) and again.get_config() == mine.get_config()


@pytest.mark.parametrize("name", CLASSES)
def test_default_names(name):
    keras.backend.clear_session()
    assert make(name).name == make(name, keras.metrics).name


def test_names_count_up():
    assert metrics.AUC().name == "auc" and metrics.AUC().name == "auc_1"
    assert metrics.Mean(name="loss").variables[0].path == "loss/total"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copy", "pickle"])
@pytest.mark.parametrize("name", CLASSES)
def test_copies_are_independent(name, copied):
    metric = make(name)
    metric.update_state(*batch(name))
    clone = copied(metric)
    torch.testing.assert_close(clone.result(), metric.result())
    metric.reset_state()
    assert any(v.count_nonzero() for v in clone.variables)
    assert not any(v.count_nonzero() for v in metric.variables)


@pytest.mark.parametrize(
    "name,expected",
    [
        ("mse", "MeanSquaredError"),
        ("MSE", "MeanSquaredError"),
        ("mean_squared_error", "MeanSquaredError"),
        ("bce", "BinaryCrossentropy"),
        ("auc", "AUC"),
        ("AUC", "AUC"),
        ("binary_accuracy", "BinaryAccuracy"),
        ("f1_score", "F1Score"),
        ("kl_divergence", "KLDivergence"),
        ("kullback_leibler_divergence", "KLDivergence"),
        ("accuracy", "Accuracy"),
        ("acc", "Accuracy"),
        ("r2_score", "R2Score"),
        ("precision", "Precision"),
        ("cosine_similarity", "CosineSimilarity"),
        ("cosine_proximity", "CosineSimilarity"),
        ("root_mean_squared_error", "RootMeanSquaredError"),
        ("top_k_categorical_accuracy", "TopKCategoricalAccuracy"),
        ("hinge", "Hinge"),
    ],
)
def test_get(name, expected):
    assert type(metrics.get(name)).__name__ == expected


def test_get_other_things():
    assert metrics.get(None) is None
    assert metrics.get("huber") is losses.huber
    made = metrics.AUC()
    assert metrics.get(made) is made and isinstance(metrics.get(metrics.AUC), metrics.AUC)
    assert metrics.get(losses.huber) is losses.huber
    found = metrics.get({"class_name": "binary_accuracy", "config": {"name": "b", "threshold": 0.2}})
    assert found.threshold == 0.2
    with pytest.raises(UnknownNameError, match="Did you mean 'precision'"):
        metrics.get("presicion")
    with pytest.raises(ArgumentError):
        metrics.get(3)
    with custom_object_scope({"mine": lambda y_true, y_pred: y_pred}):
        assert callable(metrics.get("mine"))


# --- resolve -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "true,pred,kind",
    [
        ((8, 1), (8, 1), "Binary"),
        ((8,), (8, 1), "Binary"),
        ((8,), (8,), "Binary"),
        ((8,), (8, 3), "SparseCategorical"),
        ((8, 1), (8, 3), "SparseCategorical"),
        ((8, 3), (8, 3), "Categorical"),
        ((8, 5), (8, 5, 3), "SparseCategorical"),
        ((8, 5, 3), (8, 5, 3), "Categorical"),
    ],
)
def test_resolve_by_shapes(true, pred, kind):
    for name in ("accuracy", "acc"):
        found = metrics.resolve(name, torch.zeros(true), torch.zeros(pred))
        assert type(found).__name__ == f"{kind}Accuracy" and found.name == name
    loss = losses.BinaryCrossentropy(from_logits=True)
    for name in ("crossentropy", "ce"):
        found = metrics.resolve(name, torch.zeros(true), torch.zeros(pred), loss)
        assert type(found).__name__ == f"{kind}Crossentropy" and found.name == name and found.from_logits


def test_resolve_keeps_names():
    y = torch.zeros(4, 2)

    def distance(y_true, y_pred):
        return (y_true - y_pred).abs().mean(-1)

    assert metrics.resolve("mse", y, y).name == "mse"
    assert metrics.resolve("AUC", y, y).name == "AUC"
    assert metrics.resolve(distance, y, y).name == "distance"
    assert metrics.resolve(metrics.AUC(name="area"), y, y).name == "area"
    assert metrics.resolve(metrics.Recall, y, y).name == "recall"
    assert metrics.resolve(losses.MeanSquaredError(), y, y).name == "mean_squared_error"
    assert float(metrics.resolve("huber", y, y)(y, y + 1)) == 0.5
    with pytest.raises(ArgumentError):
        metrics.resolve(None, y, y)


# --- the step ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSES)
def test_update_never_waits_and_keeps_its_tensors(name):
    metric = make(name)
    data = batch(name)
    if len(data) == 2:
        metric.prepare(*data)
    before = [(id(v), v.data_ptr()) for v in metric.variables]
    for weight in (None, torch.ones(8, dtype=torch.int32 if "IoU" in name else torch.float32)):
        with Watch() as watch:
            metric.update_state(*data, sample_weight=weight)
        assert not any("_local_scalar_dense" in call or "nonzero" in call for call in watch.calls), watch.calls
    assert [(id(v), v.data_ptr()) for v in metric.variables] == before
    with Watch() as watch:
        metric.result()
    assert not any("_local_scalar_dense" in call for call in watch.calls)


@pytest.mark.parametrize(
    "name,data,expected",
    [
        ("SparseCategoricalAccuracy", (torch.zeros(8, dtype=torch.int64), torch.rand(8, 3)), ["argmax", "eq", "sum"]),
        ("CategoricalAccuracy", (torch.rand(8, 3), torch.rand(8, 3)), ["argmax", "argmax", "eq", "sum"]),
        ("BinaryAccuracy", (torch.ones(8, 1), torch.rand(8, 1)), ["gt", "eq", "sum"]),
        ("Mean", (torch.rand(8),), ["sum"]),
        ("Precision", (torch.ones(8, 1), torch.rand(8, 1)), None),
    ],
)
def test_update_is_cheap(name, data, expected):
    metric = make(name)
    with Watch() as watch:
        metric.update_state(*data)
    calls = [call.split(".")[1] for call in watch.calls]
    if expected is None:
        assert len(calls) <= 9, calls
    else:
        assert calls == [*expected, "add_", "add_"]


def test_no_gradients_are_recorded():
    y_pred = torch.rand(8, 3, requires_grad=True)
    metric = metrics.MeanSquaredError()
    value = metric(torch.rand(8, 3), y_pred)
    assert not value.requires_grad and not any(v.requires_grad for v in metric.variables)

    class Mine(metrics.Metric):
        def update_state(self, y_true, y_pred, sample_weight=None):
            assert not (y_pred * 2).requires_grad

        def result(self):
            return torch.zeros(())

    Mine()(None, y_pred)


def test_results_do_not_change_with_the_state():
    for name in ("Sum", "TruePositives", "Mean"):
        metric = make(name)
        data = (torch.ones(3),) if name != "TruePositives" else (torch.ones(3), torch.ones(3))
        first = metric(*data)
        kept = float(first)
        metric.update_state(*data)
        assert float(first) == kept


def test_nan_shows():
    assert torch.isnan(metrics.Mean()([1.0, float("nan")]))
    area = metrics.AUC()
    area.update_state([0.0, 1.0], [float("nan"), 0.3])  # no index out of range
    area.update_state([0.0, 1.0], [-3.0, 7.0])


def test_what_tf_keras_calls_it():
    metric = metrics.Mean()
    metric.update_state([1.0])
    metric.reset_states()
    assert float(metric.result()) == 0.0
    assert len(metric.weights) == 2


def test_stateless():
    metric = metrics.Mean()
    metric.update_state([4.0])
    state = metric.stateless_update_state([torch.tensor(1.0), torch.tensor(1.0)], [3.0])
    assert [float(v) for v in state] == [4.0, 2.0]
    assert float(metric.stateless_result(state)) == 2.0
    assert [float(v) for v in metric.stateless_reset_state()] == [0.0, 0.0]
    assert float(metric.result()) == 4.0
    with pytest.raises(ArgumentError):
        metric.stateless_result([])


# --- metrics of users --------------------------------------------------------------------------------------------


class BinaryTruePositives(metrics.Metric):
    """In the form of Keras's guide."""

    def __init__(self, name="binary_true_positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.true_positives = self.add_variable(shape=(), initializer="zeros", name="true_positives")

    def update_state(self, y_true, y_pred, sample_weight=None):
        values = ((y_true == 1) & (y_pred > 0.5)).float()
        if sample_weight is not None:
            values = values * sample_weight
        self.true_positives.assign(self.true_positives + values.sum())

    def result(self):
        return self.true_positives


def test_custom_metric():
    metric = BinaryTruePositives()
    assert float(metric(torch.tensor([1, 1, 0]), torch.tensor([0.9, 0.2, 0.9]))) == 1.0
    assert float(metric(torch.tensor([1]), torch.tensor([0.9]), sample_weight=torch.tensor([2.0]))) == 3.0
    metric.reset_state()
    assert float(metric.result()) == 0.0
    with custom_object_scope({"BinaryTruePositives": BinaryTruePositives}):
        assert isinstance(metrics.deserialize(metrics.serialize(metric)), BinaryTruePositives)


class OldStyle(metrics.Metric):
    """In the form of tf.keras's guides."""

    def __init__(self, name="old", **kwargs):
        super().__init__(name, **kwargs)
        self.hits = self.add_weight("hits", initializer="zeros")
        self.table = self.add_weight("table", (2, 2), initializer="zeros", dtype="int32")
        self.inner = metrics.Mean()
        self.several = [metrics.Sum(), metrics.Sum()]

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.hits.assign_add(1)
        self.inner.update_state(y_pred)

    def result(self):
        return {"hits": self.hits, "mean": self.inner.result()}


def test_old_style_and_nested():
    metric = OldStyle()
    assert metric.name == "old" and metric.table.shape == (2, 2) and metric.table.dtype is torch.int32
    assert len(metric.variables) == 2 + 2 + 2
    assert float(metric(None, [2.0, 4.0])["mean"]) == 3.0
    metric.reset_state()
    assert float(metric.result()["hits"]) == 0.0


def test_mean_of_a_function():
    metric = metrics.MeanMetricWrapper(losses.huber, name="h", delta=2.0)
    real = keras.metrics.MeanMetricWrapper(keras.losses.huber, name="h", delta=2.0)
    y_true, y_pred = np.zeros((4, 2), "float32"), np.full((4, 2), 3.0, "float32")
    assert float(metric(y_true, y_pred)) == float(real(y_true, y_pred)) == 4.0
    again = metrics.deserialize(metrics.serialize(metric))
    assert float(again(y_true, y_pred)) == 4.0
    assert metric._direction == "down" and metrics.AUC()._direction == "up"


def test_forgotten_parts_say_so():
    class Half(metrics.Metric):
        pass

    with pytest.raises(NotImplementedError, match="update_state"):
        Half().update_state(1, 2)
    with pytest.raises(NotImplementedError, match="result"):
        Half().result()

    class NoSuper(metrics.Metric):
        def __init__(self):
            self.add_variable(())

    with pytest.raises(ArgumentError, match="super"):
        NoSuper()


def test_type_first_or_name_first():
    assert metrics.Metric("float16").dtype == "float16"
    assert metrics.Metric("x", "float64").name == "x"
    assert metrics.Mean(dtype="float64").total.dtype is torch.float64
    assert metrics.Metric().dtype == "float32"


@pytest.mark.parametrize(
    "action,error",
    [
        (lambda: metrics.AUC(curve="ROCK"), "Did you mean 'ROC'"),
        (lambda: metrics.AUC(summation_method="x"), "summation_method"),
        (lambda: metrics.AUC(num_thresholds=1), "num_thresholds"),
        (lambda: metrics.AUC(num_labels=3), "multi_label"),
        (lambda: metrics.Precision(thresholds=[0.5, 1.5]), "1.5"),
        (lambda: metrics.PrecisionAtRecall(1.5), "recall=1.5"),
        (lambda: metrics.SensitivityAtSpecificity(0.5, num_thresholds=0), "num_thresholds"),
        (lambda: metrics.F1Score(average="mean"), "average"),
        (lambda: metrics.FBetaScore(beta=-1.0), "beta"),
        (lambda: metrics.F1Score(threshold=2.0), "threshold"),
        (lambda: metrics.R2Score(class_aggregation="x"), "class_aggregation"),
        (lambda: metrics.R2Score(num_regressors=-1), "num_regressors"),
        (lambda: metrics.IoU(num_classes=2, target_class_ids=[2]), "num_classes=2"),
    ],
)
def test_bad_arguments(action, error):
    with pytest.raises(ArgumentError, match=error):
        action()


def test_bad_shapes():
    with pytest.raises(ShapeError, match="one-hot"):
        metrics.F1Score().update_state(torch.zeros(4), torch.zeros(4, 3))
    with pytest.raises(ShapeError):
        metrics.R2Score().update_state(torch.zeros(4, 2, 2), torch.zeros(4, 2, 2))
    with pytest.raises(ShapeError):
        metrics.AUC(multi_label=True).update_state(torch.zeros(4), torch.zeros(4))
    with pytest.raises(ShapeError, match="class_id"):
        metrics.Precision(class_id=1).update_state(torch.zeros(4), torch.zeros(4))


def test_fractions_of_weights_warn_where_they_are_cut_off():
    with pytest.warns(UserWarning, match="cuts off"):
        metrics.MeanIoU(2).update_state([0, 1], [0, 1], sample_weight=[0.5, 0.5])
