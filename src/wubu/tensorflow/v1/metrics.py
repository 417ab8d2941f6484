"""``tf.metrics`` of TensorFlow 1: a pair of the value so far and the operation that takes a batch in."""

from __future__ import annotations

from typing import Any

import torch

from wubu import metrics as keras_metrics
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.tensorflow.v1 import graph as graphs
from wubu.tensorflow.v1.facade import falling_back
from wubu.tensorflow.v1.graph import get_default_graph
from wubu.tensorflow.v1.operations import Operation
from wubu.tensorflow.v1.symbols import deferred, symbols_in

__all__ = [
    "accuracy",
    "auc",
    "mean",
    "mean_absolute_error",
    "mean_squared_error",
    "precision",
    "recall",
    "root_mean_squared_error",
]


class _Counts:
    """The state of a metric as something that an initializer can set back.

    Args:
        metric: the metric.
    """

    def __init__(self, metric: Any) -> None:
        self.metric = metric
        self.name = self.op_name = metric.name
        self.initializer = Operation([], lambda values: metric.reset_state(), f"{metric.name}/init")


def _pair(metric: Any, *values: Any) -> tuple[KerasTensor, Operation]:
    counts = _Counts(metric)
    get_default_graph().add_to_collection(graphs.LOCAL_VARIABLES, counts)
    symbols = symbols_in(values)

    def update(found: list[Any]) -> Any:
        known = {id(symbol): value for symbol, value in zip(symbols, found)}
        metric.update_state(*(known.get(id(v), v) for v in values if v is not None))
        return metric.result()

    def result() -> torch.Tensor:
        made = metric.result()
        return torch.empty((), device="meta") if torch.device("meta") == _device() else made

    return deferred(result), Operation(symbols, update, f"{metric.name}/update_op")


def _device() -> torch.device:
    from wubu.core.device import default_device

    return default_device()


def accuracy(labels: Any, predictions: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The share of predictions that equal the labels."""
    return _pair(keras_metrics.Accuracy(name=kwargs.get("name") or "accuracy"), labels, predictions, weights)


def mean(values: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The mean of values."""
    return _pair(keras_metrics.Mean(name=kwargs.get("name") or "mean"), values, weights)


def mean_squared_error(labels: Any, predictions: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The mean of squared differences."""
    return _pair(keras_metrics.MeanSquaredError(), labels, predictions, weights)


def root_mean_squared_error(labels: Any, predictions: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The root of the mean of squared differences."""
    return _pair(keras_metrics.RootMeanSquaredError(), labels, predictions, weights)


def mean_absolute_error(labels: Any, predictions: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The mean of absolute differences."""
    return _pair(keras_metrics.MeanAbsoluteError(), labels, predictions, weights)


def precision(labels: Any, predictions: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The share of what is predicted that is so."""
    return _pair(keras_metrics.Precision(), labels, predictions, weights)


def recall(labels: Any, predictions: Any, weights: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The share of what is so that is predicted."""
    return _pair(keras_metrics.Recall(), labels, predictions, weights)


def auc(labels: Any, predictions: Any, weights: Any = None, num_thresholds: int = 200, *args: Any, **kwargs: Any) -> Any:
    """The area under the ROC curve."""
    return _pair(keras_metrics.AUC(num_thresholds=num_thresholds), labels, predictions, weights)


__getattr__ = falling_back(__name__, __all__, "metrics")
