"""The losses that were given to ``compile``, as one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from wubu import losses, metrics
from wubu.core import nest, settings
from wubu.core.dtypes import torch_dtype
from wubu.errors import ArgumentError
from wubu.training.outputs import Outputs


@dataclass
class Term:
    """One loss of the sum: of which output, what function, how much it counts, and its name in the logs."""

    output: int
    loss: Any
    weight: Any
    name: str


class CompileLoss:
    """The weighted sum of the losses of all outputs.

    Args:
        loss: a loss for all outputs; a list with one for each; a dict by output name. None leaves an output out. A list
            for a single output adds its losses up.
        loss_weights: numbers in the same form.
        output_names: the names of the model's outputs, in order.

    Attributes:
        metrics: with several losses, the mean of each, unweighted, named ``<output>_loss``.
    """

    name = "compile_loss"

    def __init__(self, loss: Any, loss_weights: Any = None, output_names: Sequence[str | None] | None = None) -> None:
        self.loss, self.loss_weights, self.output_names = loss, loss_weights, output_names
        self.terms: list[Term] = []
        self.metrics: list[Any] = []
        self.built = False
        self._outputs: Outputs | None = None
        for name in nest.flatten(loss):  # an unknown name is found now rather than at the first step
            if isinstance(name, str) and name.lower() not in _BY_SHAPE:
                losses.get(name)

    @property
    def variables(self) -> list[Any]:
        """The state of the metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Settle which loss is for which output, by a first batch of labels and predictions."""
        self._outputs = outputs = Outputs(y_pred, self.output_names)
        given = self._per_output(outputs, self.loss, "loss", spread=True)
        weights = self._weights(outputs)
        labels = self._labels(y_true, given)
        predictions = outputs.of(y_pred)
        terms = []
        for index in self._term_order(outputs):
            several = isinstance(given[index], list | tuple)
            parts = list(given[index]) if several else [given[index]]
            own_weights = weights[index] if isinstance(weights[index], list | tuple) else [weights[index]] * len(parts)
            for part, weight in zip(parts, own_weights):
                if part is not None:
                    resolved = resolve_loss(part, labels[index], predictions[index])
                    terms.append(Term(index, resolved, weight, self._name(outputs, index, resolved, several)))
        if not terms:
            raise ArgumentError(f"Expected a loss for at least one output. Received: loss={self.loss!r}")
        self.terms = terms
        self.metrics = [metrics.Mean(name=f"{term.name}_loss") for term in terms] if len(terms) > 1 else []
        self.built = True

    def _term_order(self, outputs: Outputs) -> Sequence[int]:
        if isinstance(self.loss, Mapping) and outputs.keys is not None and set(self.loss) <= set(outputs.names):
            return [outputs.names.index(key) for key in self.loss]
        return range(len(outputs))

    def _per_output(self, outputs: Outputs, given: Any, what: str, spread: bool) -> list[Any]:
        if _is_config(given) or not nest.is_nested(given):
            return [given] * len(outputs) if spread or len(outputs) == 1 else outputs.match(given, what)
        if len(outputs) == 1 and isinstance(given, list | tuple) and len(given) > 1:
            return [given]
        return outputs.match(given, what)

    def _weights(self, outputs: Outputs) -> list[Any]:
        weights = self.loss_weights
        if weights is None:
            return [None] * len(outputs)
        if not nest.is_nested(weights) and len(outputs) > 1:
            raise ArgumentError(
                f"Expected loss_weights to be a list or a dict of {len(outputs)} numbers, one for each output. "
                f"Received: {weights!r}"
            )
        if isinstance(weights, list | tuple) and len(weights) != len(outputs) > 1 and outputs.flat:
            raise ArgumentError(
                f"`loss_weights` must match the number of losses, got {len(outputs)} losses and {len(weights)} weights."
            )
        return self._per_output(outputs, weights, "loss_weights", spread=False)

    def _name(self, outputs: Outputs, index: int, loss: Any, several: bool) -> str:
        """The name of a loss: its output's; of an output without a name or with several losses, the loss's own."""
        path = outputs.paths[index]
        own = several or outputs.names[index] is None
        name = getattr(loss, "name", "loss") if own else outputs.names[index]
        if not path or isinstance(path[-1], int):
            path = (*path[:-1], name)
        return "/".join(map(str, path))

    def _labels(self, y_true: Any, given: list[Any]) -> list[Any]:
        """The labels of each output; outputs without a loss may have none."""
        assert self._outputs is not None
        with_loss = [i for i, loss in enumerate(given) if loss is not None]
        if len(with_loss) < len(given):
            parts = list(y_true) if isinstance(y_true, list | tuple) else [y_true]
            if not isinstance(y_true, Mapping) and len(parts) == len(with_loss):
                labels: list[Any] = [None] * len(given)
                for index, part in zip(with_loss, parts):
                    labels[index] = part
                return labels
        if not nest.is_nested(y_true) and len(given) > 1 and y_true is not None:
            raise ArgumentError(
                f"The model has {len(given)} outputs, {self._outputs.names}, and the labels are one array. "
                "Try: a list of labels, or a dict by output name"
            )
        return self._outputs.match(y_true, "the labels")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> torch.Tensor:
        """Return the total loss.

        Args:
            y_true: labels in the form of the outputs, a list, or a dict by output name.
            y_pred: the model's outputs.
            sample_weight: None, one array for all outputs, or a structure like that of the labels.
        """
        if not self.built:
            self.build(y_true, y_pred)
        outputs = self._outputs
        assert outputs is not None
        predictions = outputs.of(y_pred) if outputs.nested else [y_pred]
        if len(outputs) == 1 and not nest.is_nested(y_true):
            labels = [y_true]
        else:
            labels = self._labels(y_true, self._used(len(outputs)))
        if sample_weight is None or not nest.is_nested(sample_weight):
            weights = [sample_weight] * len(outputs)
        else:
            weights = self._labels(sample_weight, self._used(len(outputs)))
        return self._total(labels, predictions, weights)

    def _used(self, count: int) -> list[Any]:
        used: list[Any] = [None] * count
        for term in self.terms:
            used[term.output] = term
        return used

    def _total(self, labels: list[Any], predictions: list[Any], weights: list[Any]) -> torch.Tensor:
        dtype = torch_dtype(settings.floatx())
        total: Any = None
        for term, metric in itertools.zip_longest(self.terms, self.metrics):
            prediction = predictions[term.output]
            value = term.loss(labels[term.output], prediction, weights[term.output])
            if value.dim():  # a loss that does not add up its samples
                value = value.mean()
            value = value if value.dtype is dtype else value.to(dtype)
            if metric is not None:
                metric.update_state(value.detach(), sample_weight=prediction.shape[0])
            if term.weight is not None:
                value = value * term.weight
            total = value if total is None else total + value
        return total

    def check(self, y_true: Any, y_pred: Any, y_all: Any = None) -> None:
        """Raise unless the labels fit the losses and the outputs.

        Args:
            y_true: the labels of a batch.
            y_pred: the predictions for it.
            y_all: all labels, to see whether each names a class; default those of the batch.
        """
        from wubu.losses.check import check_label_range, check_targets

        assert self._outputs is not None
        used = self._used(len(self._outputs))
        labels, predictions = self._labels(y_true, used), self._outputs.of(y_pred)
        every = labels if y_all is None else self._labels(y_all, used)
        for term in self.terms:
            label, prediction = labels[term.output], predictions[term.output]
            if not isinstance(prediction, torch.Tensor) or not hasattr(label, "shape"):
                continue
            name = self._outputs.names[term.output] if len(self._outputs) > 1 else None
            check_targets(term.loss, tuple(label.shape), label.dtype, tuple(prediction.shape), output=name)
            axis = getattr(term.loss, "axis", -1)
            classes = prediction.shape[axis] if prediction.dim() > 1 else None
            check_label_range(term.loss, every[term.output], classes, output=name)


_BY_SHAPE = ("crossentropy", "ce")


def resolve_loss(identifier: Any, y_true: Any, y_pred: Any) -> Any:
    """Return a ``Loss`` for a name, a function, a class, a config or a ``Loss``.

    ``"crossentropy"`` (``"ce"``) is the binary, sparse or categorical one, by the shapes of labels and predictions.
    """
    if isinstance(identifier, str) and identifier.lower() in _BY_SHAPE:
        binary, sparse = labels_are(y_true, y_pred)
        found: Any = (
            losses.binary_crossentropy
            if binary
            else losses.sparse_categorical_crossentropy
            if sparse
            else losses.categorical_crossentropy
        )
    else:
        found = losses.get(identifier)
    if isinstance(found, losses.Loss):
        return found
    name = identifier if isinstance(identifier, str) else getattr(found, "__name__", type(found).__name__)
    return losses.LossFunctionWrapper(found, name=name)


def labels_are(y_true: Any, y_pred: Any) -> tuple[bool, bool]:
    """Whether predictions are binary, and whether labels are class numbers, by their shapes."""
    sparse = len(y_true.shape) < len(y_pred.shape) or (y_true.shape[-1] == 1 and y_pred.shape[-1] > 1)
    return y_pred.shape[-1] == 1, sparse


def _is_config(value: Any) -> bool:
    return isinstance(value, Mapping) and "class_name" in value and "config" in value
