"""What a history holds, sorted for drawing: one panel per quantity, training beside validation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wubu.errors import ArgumentError, EmptyDataError

_RATES = ("lr", "learning_rate")


@dataclass(frozen=True)
class Series:
    """One line of a panel.

    Args:
        label: ``"train"``, ``"validation"``, or the name of the quantity where there is only one.
        epochs: counted from 1.
        values: NaN where there is none.
    """

    label: str
    epochs: list[int]
    values: list[float]


@dataclass(frozen=True)
class Panel:
    """One quantity over the epochs.

    Args:
        title: such as ``"loss"``.
        series: its lines.
        best: epoch and value of the best validation loss; None elsewhere.
        logarithmic: whether the values are better shown on a logarithmic axis.
    """

    title: str
    series: list[Series]
    best: tuple[int, float] | None
    logarithmic: bool


def panels(history: Any) -> list[Panel]:
    """Sort a history into panels: losses first, then metrics in their order, then the learning rate.

    Args:
        history: a ``History`` callback (what ``fit`` returns), or a dictionary of name -> values per epoch.

    Raises:
        ArgumentError: it is neither.
        EmptyDataError: it holds no epoch.
    """
    logs = getattr(history, "history", history)
    if not isinstance(logs, Mapping):
        raise ArgumentError(
            f"Expected what fit() returns, or a dictionary of values per epoch. Received: {type(history).__name__}"
        )
    series = {str(name): _numbers(values) for name, values in logs.items() if name != "epoch"}
    series = {name: values for name, values in series.items() if values}
    if not series:
        raise EmptyDataError("Expected a history of at least one epoch. Received an empty one")
    epochs = [epoch + 1 for epoch in getattr(history, "epoch", None) or range(max(map(len, series.values())))]
    names = [name for name in series if not (name.startswith("val_") and name[4:] in series)]
    names.sort(key=lambda name: (name in _RATES, name != "loss"))
    return [_panel(name, series, epochs) for name in names]


def _panel(name: str, series: Mapping[str, list[float]], epochs: list[int]) -> Panel:
    lines = []
    validation = f"val_{name}"
    if name in series:
        label = "train" if validation in series or name not in _RATES else name
        lines.append(Series(label, _at(series[name], epochs), series[name]))
    if validation in series:
        lines.append(Series("validation", _at(series[validation], epochs), series[validation]))
    best = None
    if name == "loss" and validation in series:
        finite = [
            (value, epoch) for value, epoch in zip(lines[-1].values, lines[-1].epochs) if math.isfinite(value)
        ]
        if finite:
            value, epoch = min(finite)
            best = (epoch, value)
    positive = [v for line in lines for v in line.values if math.isfinite(v)]
    wide = bool(positive) and min(positive) > 0 and max(positive) / min(positive) > 100
    return Panel(name, lines, best, wide and (name in _RATES or "loss" in name))


def _at(values: list[float], epochs: list[int]) -> list[int]:
    """The epochs of a list's values; a shorter list was measured every few epochs (``validation_freq``)."""
    if len(values) >= len(epochs):
        return epochs[: len(values)]
    step = max(1, len(epochs) // len(values))
    return epochs[step - 1 :: step][: len(values)]


def _numbers(values: Any) -> list[float]:
    found = []
    for value in values if hasattr(values, "__iter__") else [values]:
        try:
            found.append(float("nan") if value is None else float(value))
        except (TypeError, ValueError):
            return []  # not a number per epoch: nothing to draw
    return found
