"""The metrics that were given to ``compile``, as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wubu import metrics as metrics_room
from wubu.core import nest
from wubu.training.outputs import Outputs

_BY_SHAPE = ("accuracy", "acc", "crossentropy", "ce")


class CompileMetrics:
    """All metrics of all outputs, under the names that they are logged as.

    A metric is logged under the name that the user wrote (``acc`` stays ``acc``), a function under its own; with several
    outputs the output's name stands in front, and a name that would come twice gets a number, or ``weighted_``.

    Args:
        metrics: for a single output, a metric or a list; for several, a list with one entry (a metric, a list or None)
            for each, a dict by output name, or a list of another length, which then counts for every output.
        weighted_metrics: the same, weighted by the sample weights.
        output_names: the names of the model's outputs, in order.
        loss: what ``compile`` was given, which may decide what ``accuracy`` means.
    """

    name = "compile_metrics"

    def __init__(
        self,
        metrics: Any,
        weighted_metrics: Any = None,
        output_names: Sequence[str | None] | None = None,
        loss: Any = None,
    ) -> None:
        self._given, self._given_weighted = metrics, weighted_metrics
        self.output_names, self._loss = output_names, loss
        self.built = False
        self._outputs: Outputs | None = None
        self._plain: list[list[Any]] = []
        self._weighted: list[list[Any]] = []
        self._names: list[tuple[str, Any]] = []
        for identifier in [*nest.flatten(metrics), *nest.flatten(weighted_metrics)]:
            if isinstance(identifier, str) and identifier.lower() not in _BY_SHAPE:
                metrics_room.get(identifier)  # an unknown name is found now rather than at the first step

    @property
    def metrics(self) -> list[Any]:
        """The metrics, output by output, then the weighted ones."""
        return [m for group in (*self._plain, *self._weighted) for m in group]

    @property
    def variables(self) -> list[Any]:
        """The state of all metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Make the metrics, by a first batch of labels and predictions."""
        self._outputs = outputs = Outputs(y_pred, self.output_names)
        labels, predictions = self._labels(y_true), outputs.of(y_pred)
        self._plain = self._make(self._given, "metrics", labels, predictions)
        self._weighted = self._make(self._given_weighted, "weighted_metrics", labels, predictions)
        self._names = self._named()
        self.built = True

    def _labels(self, y_true: Any) -> list[Any]:
        assert self._outputs is not None
        if nest.is_nested(y_true) or len(self._outputs) == 1:
            parts = list(y_true) if isinstance(y_true, list | tuple) else None
            if parts is not None and len(parts) < len(self._outputs):
                return [*parts, *[None] * (len(self._outputs) - len(parts))]
            return self._outputs.match(y_true, "the labels")
        return [y_true] * len(self._outputs)

    def _make(self, given: Any, what: str, labels: list[Any], predictions: list[Any]) -> list[list[Any]]:
        assert self._outputs is not None
        per_output = spread_metrics(given, self._outputs, what)
        return [
            [resolve_metric(m, y, p, self._loss) for m in own] for own, y, p in zip(per_output, labels, predictions)
        ]

    def _named(self) -> list[tuple[str, Any]]:
        """Names in the logs, each once."""
        assert self._outputs is not None
        several = len(self._outputs) > 1
        counts: dict[str, int] = {}
        made: list[tuple[str, Any]] = []
        for groups, weighted in ((self._plain, False), (self._weighted, True)):
            for output, group in zip(self._outputs.names, groups):
                prefix = f"{output}_" if several and output else ""
                for metric in group:
                    name = prefix + metric.name
                    if name in counts and weighted:
                        name = f"{prefix}weighted_{metric.name}"
                    if name in counts:
                        counts[name] += 1
                        name = f"{name}_{counts[name] - 1}"
                    else:
                        counts[name] = 1
                    made.append((name, metric))
        return made

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into the metrics."""
        if not self.built:
            self.build(y_true, y_pred)
        outputs = self._outputs
        assert outputs is not None
        labels, predictions = self._labels(y_true), outputs.of(y_pred)
        for group, label, prediction in zip(self._plain, labels, predictions):
            for metric in group:
                _update(metric, label, prediction, None)
        if not any(self._weighted):
            return
        weights = self._labels(sample_weight) if nest.is_nested(sample_weight) else [sample_weight] * len(outputs)
        for group, label, prediction, weight in zip(self._weighted, labels, predictions, weights):
            for metric in group:
                _update(metric, label, prediction, weight)

    def reset_state(self) -> None:
        """Start anew."""
        for metric in self.metrics:
            metric.reset_state()

    reset_states = reset_state

    def result(self) -> dict[str, Any]:
        """The metrics by name; empty before the first batch."""
        return {name: metric.result() for name, metric in self._names}


def _update(metric: Any, label: Any, prediction: Any, weight: Any) -> None:
    try:
        if weight is None:
            metric.update_state(label, prediction)
        else:
            metric.update_state(label, prediction, sample_weight=weight)
    except (RuntimeError, TypeError) as error:
        error.add_note(
            f"Raised by the metric {metric.name!r}, for labels of shape {_shape(label)} and predictions of shape "
            f"{_shape(prediction)}."
        )
        raise


def _shape(value: Any) -> Any:
    return tuple(value.shape) if hasattr(value, "shape") else type(value).__name__


def spread_metrics(given: Any, outputs: Outputs, what: str) -> list[list[Any]]:
    """Return a list of metrics for each output."""
    count = len(outputs)
    if given is None or (nest.is_nested(given) and not given):
        return [[] for _ in range(count)]
    if count == 1:
        return [[m for m in _leaves(given) if m is not None]]
    if isinstance(given, list | tuple) and not (len(given) == count and outputs.flat):
        if not any(nest.is_nested(m) for m in given):
            return [list(given) for _ in range(count)]
    elif not nest.is_nested(given) or _is_config(given):
        return [[given] for _ in range(count)]
    return [_leaves(part) if part is not None else [] for part in outputs.match(given, what)]


def _leaves(given: Any) -> list[Any]:
    if isinstance(given, list | tuple):
        return [leaf for part in given for leaf in _leaves(part)]
    if isinstance(given, Mapping) and not _is_config(given):
        return [leaf for part in given.values() for leaf in _leaves(part)]
    return [given]


def _is_config(value: Any) -> bool:
    return isinstance(value, Mapping) and "class_name" in value and "config" in value


def resolve_metric(identifier: Any, y_true: Any, y_pred: Any, loss: Any = None) -> Any:
    """Return a ``Metric`` for a name, a function, a class, a config or a ``Metric``.

    ``"accuracy"`` and ``"crossentropy"`` become the binary, sparse or categorical ones, by the shapes of labels and
    predictions.
    """
    by_shape = isinstance(identifier, str) and identifier.lower() in _BY_SHAPE
    found: Any = metrics_room.resolve(identifier, y_true, y_pred, loss) if by_shape else metrics_room.get(identifier)
    if not isinstance(found, metrics_room.Metric):
        name = getattr(found, "__name__", type(found).__name__)
        found = metrics_room.MeanMetricWrapper(found, name=name)
    if isinstance(identifier, str):
        found.name = identifier
    return found
