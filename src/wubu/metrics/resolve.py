"""What ``"accuracy"`` and ``"crossentropy"`` mean for given labels and predictions."""

from __future__ import annotations

from typing import Any

from wubu.errors import ArgumentError
from wubu.metrics.accuracy import BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy
from wubu.metrics.base import Metric
from wubu.metrics.lookup import get
from wubu.metrics.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from wubu.metrics.reductions import MeanMetricWrapper

_ACCURACIES = (BinaryAccuracy, SparseCategoricalAccuracy, CategoricalAccuracy)
_ENTROPIES = (BinaryCrossentropy, SparseCategoricalCrossentropy, CategoricalCrossentropy)


def resolve(identifier: Any, y_true: Any, y_pred: Any, loss: Any = None) -> Metric:
    """Return the metric that something means for given data.

    ``"accuracy"`` and ``"acc"``, ``"crossentropy"`` and ``"ce"`` mean the binary, the sparse categorical or the
    categorical one: binary when predictions have one column, sparse when labels have an axis less or one column,
    categorical otherwise. A metric named by a string keeps that name in the logs; a function's is the function's.

    Args:
        identifier: a name, a metric, a class, a function, or a config.
        y_true: labels, or anything with their ``shape``.
        y_pred: predictions, or anything with their ``shape``.
        loss: the loss that is trained on; cross-entropies take from it whether predictions are logits.

    Raises:
        ArgumentError: for None.
        UnknownNameError: for a name that means nothing.

    Example:
        >>> import torch
        >>> resolve("acc", torch.zeros(8), torch.zeros(8, 10))
        <SparseCategoricalAccuracy name=acc>
    """
    if identifier is None:
        raise ArgumentError("Expected a metric. Received: None")
    plain = identifier.lower() if isinstance(identifier, str) else ""
    if plain in ("accuracy", "acc"):
        return _ACCURACIES[_kind(y_true, y_pred)](name=identifier)
    if plain in ("crossentropy", "ce"):
        logits = bool(getattr(loss, "from_logits", False))
        return _ENTROPIES[_kind(y_true, y_pred)](name=identifier, from_logits=logits)
    found = get(identifier)
    if not isinstance(found, Metric):
        assert found is not None
        found = MeanMetricWrapper(found, name=getattr(found, "name", None) or getattr(found, "__name__", None))
    if isinstance(identifier, str):
        found.name = identifier
    return found


def _kind(y_true: Any, y_pred: Any) -> int:
    """0 binary, 1 sparse categorical, 2 categorical."""
    true, pred = tuple(y_true.shape), tuple(y_pred.shape)
    if len(pred) <= 1 or pred[-1] == 1:
        return 0
    return 1 if len(true) < len(pred) or true[-1] == 1 else 2
