"""A diagnosis on request: of a model, of a training, or of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wubu.data.arrays import Arrays
from wubu.diagnosis import collecting
from wubu.diagnosis.evidence import Evidence
from wubu.diagnosis.examine import examine
from wubu.diagnosis.finding import Finding


def diagnose(
    model: Any,
    history: Any = None,
    x: Any = None,
    y: Any = None,
    *,
    validation_data: Any = None,
    batch_size: int | None = None,
    weighted: bool = False,
    rows: int = collecting.ROWS,
) -> list[Finding]:
    """Say in plain words what is wrong with a training; nothing when nothing is.

    The model is run once, forward and backward, on some of the rows. It is as before afterwards, to the last bit: weights,
    moving statistics, metrics and random numbers.

    Args:
        model: the trained model.
        history: what ``fit`` gave, or a dict of name -> one value per epoch. Default: the model's own last one.
        x, y: the data that was trained on, as arrays; without it the curves are looked at alone.
        validation_data: ``(x, y)``, for a comparison with the training data.
        batch_size: of the training.
        weighted: whether classes or samples had weights.
        rows: how many rows to look at.

    Returns:
        Findings, likely causes first: each says what was seen, why that matters and what to change.

    Example::

        history = model.fit(x, y, validation_split=0.2, epochs=20)
        for finding in wubu.report.diagnose(model, history, x, y):
            print(finding)
    """
    evidence = Evidence(model, batch_size=batch_size, weighted=weighted)
    take_history(evidence, getattr(model, "history", None) if history is None else history)
    if x is not None:
        arrays = Arrays(x, y)
        evidence.num_samples = arrays.length
        if y is not None:
            collecting.look_at_labels(evidence, arrays.y)
        collecting.look_at_rows(evidence, arrays, rows)
        collecting.look_inside(evidence)
        if validation_data is not None:
            evidence.rows = collecting.only_tensor(arrays.x)
            evidence.held_out = collecting.only_tensor(Arrays(validation_data[0]).x)
    return examine(evidence)


def take_history(evidence: Evidence, history: Any) -> None:
    """Take the curves of a ``History`` or a dict into the evidence."""
    values = getattr(history, "history", history)
    if isinstance(values, Mapping):
        evidence.history = {name: [float(v) for v in curve] for name, curve in values.items() if _are_numbers(curve)}
    epochs = getattr(history, "epoch", None)
    if epochs:
        evidence.first_epoch = int(epochs[-1]) + 2 - len(evidence.losses)


def _are_numbers(curve: Any) -> bool:
    try:
        return all(isinstance(float(v), float) for v in curve)
    except (TypeError, ValueError):
        return False
