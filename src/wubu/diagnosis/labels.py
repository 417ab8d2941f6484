"""What there is to learn: the kind of loss, the classes, and the loss of the best constant answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

# Kinds of losses, by what their names hold; the first that fits.
_KINDS = (
    ("sparse", ("sparse_categorical_crossentropy", "sparsecategoricalcrossentropy")),
    ("categorical", ("categorical_crossentropy", "categoricalcrossentropy")),
    ("binary", ("binary_crossentropy", "binarycrossentropy", "bce")),
    ("squared", ("mean_squared_error", "meansquarederror", "mse")),
    ("absolute", ("mean_absolute_error", "meanabsoluteerror", "mae")),
)
_MOST_ROWS = 100_000


@dataclass(frozen=True)
class Labels:
    """The labels of all rows.

    Attributes:
        kind: ``"sparse"``, ``"categorical"``, ``"binary"``, ``"squared"``, ``"absolute"`` or ``""``.
        values: the labels, float (n, k); class numbers have k = 1.
        classes: the class of each row, or None.
        counts: rows of each class, or None.
        baseline: the loss of the best constant answer, or None.
    """

    kind: str
    values: torch.Tensor
    classes: torch.Tensor | None
    counts: torch.Tensor | None
    baseline: float | None


def loss_of(model: Any) -> Any:
    """The loss of a model's only output, or None."""
    terms: Any = getattr(getattr(model, "_compile_loss", None), "terms", ())
    return terms[0].loss if len(terms) == 1 else None


def kind_of(loss: Any) -> str:
    """The kind of a loss, by its function's name or its own."""
    names = [getattr(getattr(loss, "fn", None), "__name__", ""), type(loss).__name__, getattr(loss, "name", "")]
    for name in (str(n).lower() for n in names if n):
        for kind, parts in _KINDS:
            if name in parts:
                return kind
    return ""


def labels_of(model: Any, y: Any) -> Labels | None:
    """Look at the labels of a model with one output; None for others."""
    if not isinstance(y, torch.Tensor) or not len(y) or y.is_complex():
        return None
    kind = kind_of(loss_of(model))
    if y.dim() == 1 or kind == "sparse":
        values = y.reshape(-1, 1)
    else:
        values = y.reshape(-1, y.shape[-1])
    if len(values) > _MOST_ROWS:
        values = values[:: len(values) // _MOST_ROWS + 1]
    values = values.detach().to(torch.float32)
    classes = _classes(kind, values)
    counts = None if classes is None else torch.bincount(classes)
    return Labels(kind, values, classes, counts, _baseline(kind, values, counts))


def _classes(kind: str, values: torch.Tensor) -> torch.Tensor | None:
    if kind == "categorical":
        return values.argmax(1) if values.shape[1] > 1 else None
    if kind == "sparse" or (kind == "binary" and values.shape[1] == 1):
        whole = values.round()
        if bool((whole != values).any()) or bool((values < 0).any()) or float(values.max()) > 100_000:
            return None
        return values[:, 0].long()
    return None


def _baseline(kind: str, values: torch.Tensor, counts: torch.Tensor | None) -> float | None:
    if kind in ("sparse", "categorical") and counts is not None:
        return _entropy(counts / counts.sum())
    if kind == "binary":
        share = values.mean(0).clamp(1e-7, 1 - 1e-7)
        return float(-(share * share.log() + (1 - share) * (1 - share).log()).mean())
    if kind == "squared":
        return float(values.var(0, unbiased=False).mean())
    if kind == "absolute":
        return float((values - values.median(0).values).abs().mean())
    return None


def _entropy(shares: torch.Tensor) -> float:
    shares = shares[shares > 0].double()
    return float(-(shares * shares.log()).sum())
