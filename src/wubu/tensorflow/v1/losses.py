"""``tf.losses`` of TensorFlow 1: means over a batch, kept in a collection."""

from __future__ import annotations

from typing import Any

import torch

from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.tensorflow.v1 import graph as graphs
from wubu.tensorflow.v1 import nn
from wubu.tensorflow.v1.facade import falling_back
from wubu.tensorflow.v1.graph import get_default_graph

__all__ = [
    "absolute_difference",
    "add_loss",
    "get_losses",
    "get_regularization_loss",
    "get_total_loss",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


@op
def _weighted_mean(values: Any, weights: Any) -> torch.Tensor:
    """The sum of weighted values by the number of those whose weight is not 0."""
    values = as_tensor(values)
    weights = as_tensor(weights).to(values.dtype)
    if weights.dim() == values.dim() + 1 and weights.shape[-1] == 1:
        weights = weights.squeeze(-1)
    spread = torch.broadcast_to(weights, values.shape)
    return (values * spread).sum() / (spread != 0).sum().clamp(min=1)


def _loss(values: Any, weights: Any, collection: Any = graphs.LOSSES) -> Any:
    made = _weighted_mean(values, weights)
    if collection and isinstance(made, KerasTensor):
        get_default_graph().add_to_collection(collection, made)
    return made


def mean_squared_error(labels: Any, predictions: Any, weights: Any = 1.0, *args: Any, **kwargs: Any) -> Any:
    """The mean of squared differences."""
    return _loss(_squares(labels, predictions), weights, kwargs.get("loss_collection", graphs.LOSSES))


@op
def _squares(labels: Any, predictions: Any) -> torch.Tensor:
    predictions = as_tensor(predictions)
    return (predictions - as_tensor(labels).to(predictions.dtype)).square()


def absolute_difference(labels: Any, predictions: Any, weights: Any = 1.0, *args: Any, **kwargs: Any) -> Any:
    """The mean of absolute differences."""
    return _loss(_distances(labels, predictions), weights, kwargs.get("loss_collection", graphs.LOSSES))


@op
def _distances(labels: Any, predictions: Any) -> torch.Tensor:
    predictions = as_tensor(predictions)
    return (predictions - as_tensor(labels).to(predictions.dtype)).abs()


def huber_loss(
    labels: Any, predictions: Any, weights: Any = 1.0, delta: float = 1.0, *args: Any, **kwargs: Any
) -> Any:
    """Squares of small differences, absolute values of large ones."""
    return _loss(_huber(labels, predictions, delta), weights)


@op
def _huber(labels: Any, predictions: Any, delta: float) -> torch.Tensor:
    predictions = as_tensor(predictions)
    labels = as_tensor(labels).to(predictions.dtype)
    return torch.nn.functional.huber_loss(predictions, labels, reduction="none", delta=delta)


def log_loss(
    labels: Any, predictions: Any, weights: Any = 1.0, epsilon: float = 1e-07, *args: Any, **kwargs: Any
) -> Any:
    """The cross-entropy of yes-or-no labels and probabilities."""
    return _loss(_logs(labels, predictions, epsilon), weights)


@op
def _logs(labels: Any, predictions: Any, epsilon: float) -> torch.Tensor:
    p = as_tensor(predictions)
    y = as_tensor(labels).to(p.dtype)
    return -y * torch.log(p + epsilon) - (1 - y) * torch.log(1 - p + epsilon)


def hinge_loss(labels: Any, logits: Any, weights: Any = 1.0, *args: Any, **kwargs: Any) -> Any:
    """How far logits are from 1 on their side."""
    return _loss(_hinges(labels, logits), weights)


@op
def _hinges(labels: Any, logits: Any) -> torch.Tensor:
    logits = as_tensor(logits)
    return (1 - (2 * as_tensor(labels).to(logits.dtype) - 1) * logits).clamp(min=0)


def softmax_cross_entropy(
    onehot_labels: Any, logits: Any, weights: Any = 1.0, label_smoothing: float = 0, *args: Any, **kwargs: Any
) -> Any:
    """The cross-entropy of one-hot labels and logits."""
    if label_smoothing:
        count = int(logits.shape[-1])
        onehot_labels = onehot_labels * (1 - label_smoothing) + label_smoothing / count
    return _loss(nn.softmax_cross_entropy_with_logits(labels=onehot_labels, logits=logits), weights)


def sparse_softmax_cross_entropy(labels: Any, logits: Any, weights: Any = 1.0, *args: Any, **kwargs: Any) -> Any:
    """The cross-entropy of labels that are whole numbers and logits."""
    if len(labels.shape) == len(logits.shape):
        labels = _last_off(labels)
    return _loss(nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits), weights)


@op
def _last_off(x: Any) -> torch.Tensor:
    return as_tensor(x).squeeze(-1)


def sigmoid_cross_entropy(
    multi_class_labels: Any, logits: Any, weights: Any = 1.0, label_smoothing: float = 0, *args: Any, **kwargs: Any
) -> Any:
    """The cross-entropy of yes-or-no labels and logits."""
    if label_smoothing:
        multi_class_labels = multi_class_labels * (1 - label_smoothing) + 0.5 * label_smoothing
    return _loss(_sigmoid_entropies(multi_class_labels, logits), weights)


@op
def _sigmoid_entropies(labels: Any, logits: Any) -> torch.Tensor:
    logits = as_tensor(logits)
    labels = as_tensor(labels).to(logits.dtype)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")


# --- the collection -----------------------------------------------------------------------------------------------


def add_loss(loss: Any, loss_collection: str = graphs.LOSSES) -> None:
    """Put a loss into the collection."""
    get_default_graph().add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: str = graphs.LOSSES) -> list[Any]:
    """The losses in the collection."""
    return get_default_graph().get_collection(loss_collection, scope)


def get_regularization_loss(scope: str | None = None, name: str | None = None) -> Any:
    """The sum of the penalties of variables."""
    return _sum(get_default_graph().get_collection(graphs.REGULARIZATION_LOSSES, scope))


def get_total_loss(add_regularization_losses: bool = True, name: str | None = None, scope: str | None = None) -> Any:
    """The sum of all losses."""
    found = get_losses(scope)
    if add_regularization_losses:
        found = found + get_default_graph().get_collection(graphs.REGULARIZATION_LOSSES, scope)
    return _sum(found)


def _sum(parts: list[Any]) -> Any:
    total: Any = 0.0
    for part in parts:
        total = part if isinstance(total, float) and not total else total + part
    return total


__getattr__ = falling_back(__name__, __all__, "losses")
