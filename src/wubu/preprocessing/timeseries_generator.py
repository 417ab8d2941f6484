"""Windows of a time series as batches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from wubu.data.py_dataset import PyDataset
from wubu.errors import ArgumentError


class TimeseriesGenerator(PyDataset):
    """Batches of windows of a series, with what comes after each window.

    Args:
        data: the series, (steps, …).
        targets: what belongs to each step, of the same length.
        length: the steps that a window spans.
        sampling_rate: the distance between a window's own steps.
        stride: the distance between windows.
        start_index, end_index: the part of the series to use.
        shuffle: windows at random places.
        reverse: each window backwards.
        batch_size: windows in a batch.

    Example:
        >>> x, y = TimeseriesGenerator(np.arange(10), np.arange(10), length=3, batch_size=2)[0]
        >>> x, y
        (array([[0, 1, 2],
               [1, 2, 3]]), array([3, 4]))
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        super().__init__()
        if len(data) != len(targets):
            raise ArgumentError(
                f"Data and targets have to be of same length. Data length is {len(data)} while target length is {len(targets)}"
            )
        self.data, self.targets, self.length = data, targets, length
        self.sampling_rate, self.stride, self.batch_size = sampling_rate, stride, batch_size
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse = shuffle, reverse
        if self.start_index > self.end_index:
            raise ArgumentError(
                f"`start_index+length={self.start_index} > end_index={self.end_index}` is disallowed, as no part of the "
                "sequence would be left to be used as current step."
            )

    def __len__(self) -> int:
        return (self.end_index - self.start_index + self.batch_size * self.stride) // (self.batch_size * self.stride)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if self.shuffle:
            rows: Any = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            last = min(first + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(first, last, self.stride)
        samples = np.array([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return (samples[:, ::-1, ...] if self.reverse else samples), targets

    def get_config(self) -> dict[str, Any]:
        """What makes the same windows of the same series; the series as JSON."""
        return {
            "data": _as_json(self.data),
            "targets": _as_json(self.targets),
            "length": self.length,
            "sampling_rate": self.sampling_rate,
            "stride": self.stride,
            "start_index": self.start_index,
            "end_index": self.end_index,
            "shuffle": self.shuffle,
            "reverse": self.reverse,
            "batch_size": self.batch_size,
        }

    def to_json(self, **kwargs: Any) -> str:
        """The config as JSON."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def _as_json(values: Any) -> str:
    found: Sequence[Any] = values.tolist() if hasattr(values, "tolist") else values
    try:
        return json.dumps(found)
    except TypeError as error:
        raise ArgumentError(f"The series cannot be written as JSON: {error}") from error
