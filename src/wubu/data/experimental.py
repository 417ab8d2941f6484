"""Names that tf.data keeps in ``experimental``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from wubu.data.dataset.dataset import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from wubu.data.dataset.node import Through
from wubu.data.dataset.parallel import AUTOTUNE
from wubu.data.dataset.run import Run
from wubu.data.dataset.stream import Stream
from wubu.data.records.csv_files import CsvDataset
from wubu.data.records.csv_table import make_csv_dataset

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Counter",
    "CsvDataset",
    "assert_cardinality",
    "cardinality",
    "enumerate_dataset",
    "get_single_element",
    "ignore_errors",
    "make_csv_dataset",
    "map_and_batch",
    "shuffle_and_repeat",
    "take_while",
    "unbatch",
    "unique",
]

Transformation = Callable[[Any], Any]


def cardinality(dataset: Any) -> torch.Tensor:
    """The number of elements; see ``Dataset.cardinality``."""
    return dataset.cardinality()


def get_single_element(dataset: Any) -> Any:
    """The only element; see ``Dataset.get_single_element``."""
    return dataset.get_single_element()


def Counter(start: int = 0, step: int = 1, dtype: Any = "int64") -> Any:  # noqa: N802
    """Whole numbers without an end; see ``Dataset.counter``."""
    return Dataset.counter(start, step, dtype)


def enumerate_dataset(start: int = 0) -> Transformation:
    """For ``apply``: see ``Dataset.enumerate``."""
    return lambda data: data.enumerate(start)


def ignore_errors(log_warning: bool = False) -> Transformation:
    """For ``apply``: see ``Dataset.ignore_errors``."""
    return lambda data: data.ignore_errors(log_warning)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: int,
    num_parallel_batches: int | None = None,
    drop_remainder: bool = False,
    num_parallel_calls: int | None = None,
) -> Transformation:
    """For ``apply``: ``map``, then ``batch``."""
    return lambda data: data.map(map_func, num_parallel_calls).batch(batch_size, drop_remainder)


def shuffle_and_repeat(buffer_size: int, count: int | None = None, seed: int | None = None) -> Transformation:
    """For ``apply``: ``shuffle``, then ``repeat``."""
    return lambda data: data.shuffle(buffer_size, seed).repeat(count)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """For ``apply``: see ``Dataset.take_while``."""
    return lambda data: data.take_while(predicate)


def unbatch() -> Transformation:
    """For ``apply``: see ``Dataset.unbatch``."""
    return lambda data: data.unbatch()


def unique() -> Transformation:
    """For ``apply``: see ``Dataset.unique``."""
    return lambda data: data.unique()


def assert_cardinality(expected_cardinality: int) -> Transformation:
    """For ``apply``: declare the number of elements, where it cannot be known beforehand."""
    return lambda data: Dataset(_Counted(data._node, int(expected_cardinality)))


class _Counted(Through):
    """Elements whose number the user knows.

    Args:
        input: the elements.
        count: their number.
    """

    name = "assert_cardinality"

    def __init__(self, input: Any, count: int) -> None:
        super().__init__(input)
        self.count = count

    def open(self, run: Run) -> Stream:
        return self.input.open(run)

    def cardinality(self) -> int:
        return self.count
