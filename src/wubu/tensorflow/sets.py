"""``tf.sets``: sets in the rows of the last axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wubu.tensorflow.conversion import convert, host_value_of
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.sparse_tensor import SparseTensor, of_rows, rows_of
from wubu.tensorflow.tensor import type_of

__all__ = ["difference", "intersection", "size", "union"]


def _operation(name: str, combine: Callable[[set[Any], set[Any]], set[Any]], formula: str) -> Callable[..., SparseTensor]:
    def apply(a: Any, b: Any, *further: Any, **accepted: Any) -> SparseTensor:
        first, shape = rows_of(a)
        second, _ = rows_of(b)
        kind = a.dtype if isinstance(a, SparseTensor) else type_of(convert(a))
        return of_rows([sorted(combine(set(x), set(y))) for x, y in zip(first, second)], shape, kind)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"{formula} of the sets in each pair of rows, sorted, as a sparse tensor."
    return apply


intersection = _operation("intersection", lambda x, y: x & y, "What is in both")
union = _operation("union", lambda x, y: x | y, "What is in either")


def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """What is in the one set and not in the other, for each pair of rows, as a sparse tensor."""
    run = _operation("difference", lambda x, y: x - y if aminusb else y - x, "")
    return run(a, b)


def size(a: Any, validate_indices: bool = True) -> Any:
    """How many different elements each row has, int32."""
    rows, shape = rows_of(a)
    counts = np.array([len(set(row)) for row in rows], np.int32).reshape(shape)
    return to_facade(convert(host_value_of(counts)))
