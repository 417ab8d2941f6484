"""Lists of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wubu.errors import ArgumentError, ShapeError


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Make lists equally long, by filling up and cutting off.

    Args:
        sequences: lists of numbers, or of rows of equal shape.
        maxlen: the length; default that of the longest list.
        dtype: the array's type; ``object`` for text.
        padding: ``"pre"`` or ``"post"``: where short lists are filled up.
        truncating: ``"pre"`` or ``"post"``: where long lists are cut.
        value: what to fill up with.

    Returns:
        An array of shape (lists, maxlen, …).

    Raises:
        ArgumentError: when something in the list is no sequence.
        ShapeError: when the rows differ in shape.

    Example:
        >>> pad_sequences([[1], [2, 3]])
        array([[0, 1],
               [2, 3]], dtype=int32)
    """
    if not hasattr(sequences, "__len__"):
        raise ArgumentError(f"Expected a list of sequences. Received: {type(sequences).__name__}")
    for name, choice in (("padding", padding), ("truncating", truncating)):
        if choice not in ("pre", "post"):
            raise ArgumentError(f"Expected {name} to be 'pre' or 'post'. Received: {choice!r}")
    for x in sequences:
        if not hasattr(x, "__len__"):
            raise ArgumentError(f"`sequences` must be a list of iterables. Found non-iterable: {x}")
    kind = np.dtype(dtype)
    if isinstance(value, str) and kind.kind not in "USO":
        raise ArgumentError(
            f"Expected a number to fill up with for dtype {dtype}. Received: value={value!r}. Try: dtype=object"
        )
    longest = max((len(x) for x in sequences), default=0) if maxlen is None else int(maxlen)
    shape = next((np.asarray(x).shape[1:] for x in sequences if len(x)), ())
    made = np.full((len(sequences), longest, *shape), value, dtype=kind)
    for i, x in enumerate(sequences):
        if not len(x) or not longest:
            continue
        kept = np.asarray(x[-longest:] if truncating == "pre" else x[:longest], dtype=kind)
        if kept.shape[1:] != shape:
            raise ShapeError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {i} is different from expected shape {shape}"
            )
        if padding == "post":
            made[i, : len(kept)] = kept
        else:
            made[i, -len(kept) :] = kept
    return made
