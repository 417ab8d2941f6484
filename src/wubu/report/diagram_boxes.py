"""What a box of a model's drawing says and which colour it has, whoever draws it."""

from __future__ import annotations

from wubu.errors import ArgumentError
from wubu.report.model_graph import Box

_FAMILIES = (
    ("#5b6470", ("Input",)),
    ("#0b63a5", ("Conv", "Separable", "Depthwise")),
    ("#007a5a", ("Dense", "Einsum")),
    ("#7a4fb5", ("LSTM", "GRU", "RNN", "Attention", "Bidirectional", "Embedding")),
    ("#a05a00", ("Pooling", "UpSampling", "ZeroPadding", "Cropping")),
    ("#8c3b57", ("Normalization", "Dropout", "Noise")),
)
_OTHER = "#3d4650"


def check_direction(rankdir: str) -> str:
    """``"TB"`` (from top to bottom) or ``"LR"`` (from left to right), or an error."""
    if rankdir not in ("TB", "LR"):
        raise ArgumentError(f"Expected rankdir to be 'TB' or 'LR'. Received: {rankdir!r}")
    return rankdir


def rows_of(box: Box) -> list[str]:
    """The lines below a box's head."""
    rows = [box.name] if box.name else []
    rows += box.rows
    if box.weights:
        rows.append(f"{box.weights:,} weights")
    return rows


def colour_of(box: Box) -> str:
    """The colour of a box's head, by the family of its layer."""
    return next((colour for colour, words in _FAMILIES if any(word in box.kind for word in words)), _OTHER)
