"""``split_dataset``: data in two parts."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.data.dataset import elements
from wubu.data.dataset.batching import Batch, Unbatch
from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.node import INFINITE, Node
from wubu.data.dataset.prefetching import Prefetch
from wubu.data.dataset.run import Run
from wubu.errors import ArgumentError, DataError, EmptyDataError

_BLOCK = 1024


def split_dataset(
    dataset: Any,
    left_size: float | int | None = None,
    right_size: float | int | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """Split data into a first and a last part.

    Args:
        dataset: a ``Dataset`` (batched ones are split by samples, and batched again), an array, a tuple or list of
            arrays of one length, or a torch data set.
        left_size: how much goes to the first part: a share, or a number of samples. Default: the rest.
        right_size: the same for the last part.
        shuffle: whether to shuffle beforehand.
        seed: of that order.

    Returns:
        Two data sets, or for a torch data set two subsets of it.

    Example:
        >>> train, test = split_dataset(np.zeros((1000, 4)), left_size=0.8)
        >>> len(train), len(test)
        (800, 200)
    """
    if left_size is None and right_size is None:
        raise ArgumentError("Expected left_size or right_size. Received: neither")
    if isinstance(dataset, torch.utils.data.Dataset):
        total = len(dataset)  # type: ignore[arg-type]
        left, right = _sizes(left_size, right_size, total)
        order = _order(total, shuffle, seed)
        subset = torch.utils.data.Subset
        return subset(dataset, order[:left]), subset(dataset, order[total - right :])
    rows, batch_size = _rows(dataset)
    total = elements.count_rows(rows)
    left, right = _sizes(left_size, right_size, total)
    places = torch.tensor(_order(total, shuffle, seed))
    parts = []
    for index in (places[:left], places[total - right :]):
        part = Dataset.from_tensor_slices(nest.map_structure(lambda leaf, i=index: elements.picked(leaf, i), rows))
        if batch_size is not None:
            part = part.batch(batch_size)
        parts.append(part.prefetch(-1))
    return parts[0], parts[1]


def _order(total: int, shuffle: bool, seed: int | None) -> list[int]:
    order = list(range(total))
    if shuffle:
        random.Random(random.randint(0, 10**6) if seed is None else seed).shuffle(order)
    return order


def _rows(data: Any) -> tuple[Any, int | None]:
    """All samples stacked; and the size of their batches, if they came in such."""
    if isinstance(data, Dataset):
        return _collected(data._node)
    if isinstance(data, np.ndarray | torch.Tensor):
        return elements.as_element(data), None
    if isinstance(data, tuple | list):
        if not data:
            raise EmptyDataError("Expected arrays to split. Received: none")
        lengths = {len(part) for part in data}
        if len(lengths) > 1:
            raise DataError(f"Expected arrays of one length. Received: {sorted(lengths)}")
        return elements.as_element(tuple(data)), None
    raise ArgumentError(f"Expected a Dataset, an array, or a tuple or list of arrays. Received: {type(data).__name__}")


def _collected(node: Node) -> tuple[Any, int | None]:
    while isinstance(node, Prefetch):
        node = node.input
    if node.cardinality() == INFINITE:
        raise DataError("Expected a data set with an end. Received: one without. Try: take")
    batch_size = node.size if isinstance(node, Batch) else None
    stream = (Unbatch(node) if isinstance(node, Batch) else node).open(Run(node))
    parts = []
    try:
        while (part := stream.rows(_BLOCK)) is not None:
            parts.append(part)
    finally:
        stream.close()
    if not parts:
        raise EmptyDataError("Expected samples to split. Received: an empty data set")
    return elements.join(parts), batch_size


def _sizes(left: float | int | None, right: float | int | None, total: int) -> tuple[int, int]:
    """Both sizes as numbers of samples."""
    found: list[int | None] = []
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            found.append(None)
        elif isinstance(size, bool) or not isinstance(size, int | float):
            raise ArgumentError(
                f"Expected {name} to be a number. Received: {size!r}",
            )
        elif isinstance(size, int) and not 0 < size < total or isinstance(size, float) and not 0 < size < 1:
            raise ArgumentError(
                f"Expected {name} to be a number of samples from 1 to {total - 1}, or a share between 0 and 1. "
                f"Received: {size}"
            )
        else:
            found.append(round(size * total) if isinstance(size, float) else size)
    if isinstance(left, float) and isinstance(right, float) and left + right > 1:
        raise ArgumentError(f"Expected shares of 1 at most in sum. Received: {left} and {right}")
    first, last = found
    if first is None and last is not None:
        first = total - last
    if last is None and first is not None:
        last = total - first
    assert first is not None and last is not None
    if first + last > total:
        raise ArgumentError(f"Expected sizes of {total} at most in sum. Received: {first} and {last}")
    if not first or not last:
        raise ArgumentError(f"Expected both parts to have samples. Received: {first} and {last} of {total}")
    return first, last
