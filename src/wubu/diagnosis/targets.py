"""Labels, the loss, and the last activation: whether they go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.finding import Finding
from wubu.diagnosis.labels import loss_of

_NAME = "labels do not fit the loss"
_RANGES = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "relu": (0.0, float("inf")), "tanh": (-1.0, 1.0)}


def do_not_fit(evidence: Evidence) -> Iterator[Finding]:
    """The first thing that does not go together."""
    labels = evidence.labels
    if labels is None or evidence.probe is None or not evidence.probe.units:
        return
    outputs = evidence.probe.outputs
    if not isinstance(outputs, torch.Tensor) or outputs.dim() < 2:
        return
    last = evidence.probe.units[-1].activation
    width = outputs.shape[-1]
    found = _of_probabilities(evidence, last, width, outputs) or _of_range(evidence, last, width)
    if found is not None:
        seen, why, change = found
        yield Finding(_NAME, seen, why, change, layer=evidence.probe.units[-1].layer)


def _of_probabilities(evidence: Evidence, last: str, width: int, outputs: torch.Tensor) -> tuple[str, str, str] | None:
    assert evidence.labels is not None
    kind, values, loss = evidence.labels.kind, evidence.labels.values, loss_of(evidence.model)
    logits = _from_logits(loss)
    if last == "softmax" and width == 1:
        return (
            "a softmax over one unit gives 1 for every row",
            "the output never changes",
            "Dense(1, activation='sigmoid') with 'binary_crossentropy'",
        )
    if kind not in ("sparse", "categorical", "binary"):
        if kind in ("squared", "absolute") and last == "softmax" and width > 1:
            return (
                f"a softmax over {width} classes is trained with a loss for numbers",
                "its gradient vanishes where the model is surely wrong",
                "'sparse_categorical_crossentropy' for class numbers, 'categorical_crossentropy' for one-hot rows",
            )
        return None
    low, high = float(values.min()), float(values.max())
    if kind == "binary" and (low < 0 or high > 1):
        return (
            f"the labels run from {low:g} to {high:g}, and binary cross-entropy wants 0 to 1",
            "the loss has no minimum there",
            "labels 0 and 1, or 'hinge' for -1 and 1, or 'sparse_categorical_crossentropy' for several classes",
        )
    if kind == "categorical" and width > 1:
        sums = values.sum(1)
        if float((sums - 1).abs().max()) > 0.05:
            return (
                f"the labels of a row add up to {float(sums.min()):g} to {float(sums.max()):g} instead of 1",
                "categorical cross-entropy is for exactly one class a row",
                "'binary_crossentropy' with a sigmoid for several classes a row",
            )
    if kind == "binary" and last == "softmax" and width > 2:
        return (
            f"a softmax over {width} classes is trained with binary cross-entropy",
            "each class counts as a question of its own, so accuracy looks better than it is",
            "'categorical_crossentropy'; or a sigmoid, when a row may have several classes",
        )
    outside = float(((outputs < -1e-6) | (outputs > 1 + 1e-6)).float().mean())
    if not logits and last in ("", "tanh", "relu") and outside > 0.01:
        return (
            f"{outside:.0%} of the outputs are outside 0 to 1, and the loss takes them for probabilities",
            "they are clipped, and what is clipped has no gradient",
            f"from_logits=True in the loss, or {'sigmoid' if kind == 'binary' else 'softmax'} as the last activation",
        )
    return None


def _of_range(evidence: Evidence, last: str, width: int) -> tuple[str, str, str] | None:
    assert evidence.labels is not None
    kind, values = evidence.labels.kind, evidence.labels.values
    if kind not in ("squared", "absolute") or last not in _RANGES or values.shape[1] != width:
        return None
    low, high = _RANGES[last]
    outside = float(((values < low - 1e-3) | (values > high + 1e-3)).float().mean())
    if outside <= 0.05:
        return None
    reach = f"from {low:g} to {high:g}" if high < float("inf") else "0 and more"
    return (
        f"{outside:.0%} of the labels cannot be reached: {last} gives {reach}, they run from {float(values.min()):.4g} to "
        f"{float(values.max()):.4g}",
        "no weights bring the loss down",
        "no activation in the last layer, or labels scaled to its range",
    )


def not_scaled(evidence: Evidence) -> Iterator[Finding]:
    """Numbers to be predicted that are far from 1, so that the outputs have a long way to go."""
    labels, share = evidence.labels, evidence.share_of_baseline
    if labels is None or labels.kind not in ("squared", "absolute") or share is None or share < 0.8:
        return
    size = float(labels.values.abs().mean())
    if size > 50:
        yield Finding(
            "labels not scaled",
            f"the labels are {size:.3g} on average, and the loss is {evidence.last_loss:.3g}",
            "the outputs start near 0 and need very many steps to get there",
            "train on (y - y.mean()) / y.std(), and undo that in predictions",
        )


def _from_logits(loss: Any) -> bool:
    said = getattr(loss, "from_logits", None)
    if said is None:
        said = getattr(loss, "_fn_kwargs", {}).get("from_logits", False)
    return bool(said)
