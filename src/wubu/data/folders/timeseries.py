"""``timeseries_dataset_from_array``: windows over a series as batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.data.dataset import elements
from wubu.data.dataset.batching import Batch
from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.memory import empty
from wubu.data.dataset.node import Node
from wubu.data.dataset.shuffle import Shuffle
from wubu.data.dataset.sources import FromTable
from wubu.data.dataset.table import Table
from wubu.data.dataset.zipping import Zip
from wubu.errors import ArgumentError, DataError, EmptyDataError


class WindowTable(Table):
    """Windows over a series.

    Args:
        series: shape ``(steps, …)``.
        starts: where each window begins, 1-D int64.
        length: steps in a window; None gives single steps instead of windows.
        rate: how far apart its steps are.
    """

    def __init__(self, series: torch.Tensor, starts: torch.Tensor, length: int | None, rate: int = 1) -> None:
        self.series, self.starts = series, starts
        self.steps = None if length is None else torch.arange(length) * rate
        self.length = len(starts)

    def rows(self, index: slice | torch.Tensor) -> torch.Tensor:
        starts = self.starts[index]
        if self.steps is None:
            return self.series.index_select(0, starts)
        places = starts[:, None] + self.steps  # (windows, steps)
        made = empty((places.numel(), *self.series.shape[1:]), self.series.dtype)
        torch.index_select(self.series, 0, places.reshape(-1), out=made)
        return made.reshape(*places.shape, *self.series.shape[1:])


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Dataset:
    """Windows over a series, as a data set of batches.

    Window ``i`` has the steps ``i * sequence_stride + k * sampling_rate`` for ``k`` from 0 to ``sequence_length - 1``; its
    target is ``targets[i * sequence_stride]``.

    Args:
        data: the series, shape ``(steps, …)``.
        targets: one for each step, or None.
        sequence_length: steps in a window.
        sequence_stride: steps between the beginnings of windows.
        sampling_rate: steps between the steps of a window.
        batch_size: windows in a batch; None gives single windows.
        shuffle: whether to shuffle the windows.
        seed: of the order; with one, the order is Keras's.
        start_index: the first step to use.
        end_index: the step to stop before.

    Returns:
        A data set of ``windows`` or ``(windows, targets)``.

    Example:
        >>> x = np.arange(100)
        >>> pairs = timeseries_dataset_from_array(x[:-10], x[10:], sequence_length=10)
    """
    series = _series(data, "data")
    _check(len(series), sequence_length, sequence_stride, sampling_rate, start_index, end_index)
    start, end = start_index or 0, len(series) if end_index is None else end_index
    count = end - start - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets))
    if count < 1:
        raise EmptyDataError(
            f"Expected at least one window of {sequence_length} steps, {sampling_rate} apart. Received: a series of "
            f"{end - start} steps. Try: a smaller sequence_length or sampling_rate"
        )
    starts = np.arange(0, count, sequence_stride)
    if shuffle:
        seed = int(np.random.randint(10**6)) if seed is None else int(seed)
        np.random.RandomState(seed).shuffle(starts)
    places = torch.from_numpy(starts.astype(np.int64))
    node: Node = FromTable(WindowTable(series[start:end], places, sequence_length, sampling_rate), "windows")
    if targets is not None:
        wanted = _series(targets, "targets")[start:end]
        if len(wanted) <= int(starts.max()):
            raise DataError(
                f"Expected a target for every window. Received: {len(targets)} targets, of which start_index={start} leaves "
                f"{len(wanted)}, for windows that begin up to step {int(starts.max())}"
            )
        node = Zip((node, FromTable(WindowTable(wanted, places, None), "targets")))
    if shuffle:
        node = Shuffle(node, 1024 if batch_size is None else 8 * int(batch_size), seed)
    return Dataset(node if batch_size is None else Batch(node, int(batch_size)))


def _series(value: Any, what: str) -> torch.Tensor:
    found = elements.as_leaf(value)
    if not isinstance(found, torch.Tensor) or not found.dim():
        raise DataError(
            f"Expected {what} to be an array of numbers with an axis of steps. Received: {type(value).__name__}"
        )
    return found


def _check(steps: int, length: int, stride: int, rate: int, start_index: int | None, end_index: int | None) -> None:
    """Raise for arguments that cannot work."""
    if length < 1:
        raise ArgumentError(f"Expected sequence_length to be positive. Received: {length}")
    for name, value in (("sampling_rate", rate), ("sequence_stride", stride)):
        if not 0 < value < steps:
            raise ArgumentError(f"Expected {name} to be positive and less than {steps} steps. Received: {value}")
    if start_index and not 0 <= start_index < steps:
        raise ArgumentError(f"Expected start_index from 0 to {steps - 1}. Received: {start_index}")
    if end_index is not None and end_index != 0 and not 0 < end_index < steps:
        raise ArgumentError(f"Expected end_index from 1 to {steps - 1}. Received: {end_index}")
    if start_index and end_index and end_index <= start_index:
        raise ArgumentError(f"Expected end_index above start_index={start_index}. Received: {end_index}")
