"""From whatever ``fit`` is given to a source of batches."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from wubu.data.arrays import Arrays, ArraySource, checked_batch_size
from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset_source import dataset_source
from wubu.data.leaves import is_arrays
from wubu.data.py_dataset import PyDataset
from wubu.data.source import Source
from wubu.data.streams import BatchConverter, PyDatasetSource, StreamSource
from wubu.errors import ArgumentError, DataError, EmptyDataError


def adapt(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: bool | str = False,
    class_weight: Any = None,
    output_names: Sequence[str | None] | None = None,
    workers: int | None = None,
    use_multiprocessing: bool | None = None,
    max_queue_size: int | None = None,
) -> Source:
    """Return a source of batches.

    Args:
        x: arrays (NumPy, torch, pandas, SciPy, lists of numbers, or structures of these); a generator; a ``PyDataset``;
            a torch ``DataLoader`` or ``Dataset``; any iterable of batches; a function that returns an iterator; a source.
        y: labels, with arrays only.
        sample_weight: weights, with arrays only.
        batch_size: samples in a batch, with arrays only. Default 32.
        steps: batches in an epoch; with arrays and no batch size the data is divided into so many.
        shuffle: whether arrays, and the batches of a ``PyDataset``, come in a new order each epoch; ``"batch"`` keeps
            the batches together.
        class_weight: see ``add_class_weights``.
        output_names: the names of the model's outputs, in order.
        workers, use_multiprocessing, max_queue_size: for a ``PyDataset``, instead of its own.

    Raises:
        DataError: when the data cannot be read.
        EmptyDataError: when there is none.
        ArgumentError: for labels or weights beside a stream, which has its own.

    Example:
        >>> source = adapt(np.zeros((10, 3)), np.zeros(10), batch_size=4)
        >>> source.num_batches, [len(x) for x, y in source.batches()]
        (3, [4, 4, 2])
    """
    if isinstance(x, Source):
        return x
    if isinstance(x, Arrays):
        return ArraySource(x.weighted(class_weight), batch_size, steps, shuffle)
    if x is None:
        raise EmptyDataError("Expected data. Received: x=None")
    if all(is_arrays(part) for part in (x, y, sample_weight)):
        arrays = Arrays(x, y, sample_weight, output_names).weighted(class_weight)
        return ArraySource(arrays, batch_size, steps, shuffle)
    if isinstance(x, list | tuple) and not x:
        raise EmptyDataError(f"Expected data. Received: an empty {type(x).__name__}")
    kind = _kind(x)
    for name, value, meaning in (("y", y, "labels"), ("sample_weight", sample_weight, "weights")):
        if value is not None:
            raise ArgumentError(
                f"`{name}` was given beside a {kind}, which brings its own. Received: x of type {type(x).__name__}. "
                f"Try: let it give (x, y) or (x, y, sample_weight), with the {meaning} in it"
            )
    convert = BatchConverter(class_weight, output_names)
    if isinstance(x, Dataset):
        return dataset_source(x, convert, class_weight, output_names)
    if isinstance(x, torch.utils.data.Dataset) and not isinstance(x, torch.utils.data.IterableDataset):
        x = torch.utils.data.DataLoader(x, checked_batch_size(batch_size) or 32, shuffle=bool(shuffle))
    if kind == "PyDataset":
        return PyDatasetSource(x, convert, shuffle, workers, use_multiprocessing, max_queue_size)
    if kind == "generator":
        return StreamSource(lambda: x, convert, restarts=False, kind=kind)
    if kind == "function":
        return StreamSource(lambda: iter(x()), convert, kind=kind)
    return StreamSource(lambda: iter(x), convert, num_batches=_length(x), kind=kind)


def _kind(x: Any) -> str:
    """What a stream is called.

    Raises:
        DataError: when it is none.
    """
    if isinstance(x, PyDataset):
        return "PyDataset"
    if isinstance(x, torch.utils.data.DataLoader):
        return "DataLoader"
    if isinstance(x, torch.utils.data.Dataset):
        return "torch Dataset"
    if isinstance(x, Iterator) or hasattr(type(x), "__next__"):
        return "generator"
    if inspect.isfunction(x) or inspect.ismethod(x):
        return "function"
    structural = (dict, str, bytes, list, tuple, set)
    if not isinstance(x, structural):
        if hasattr(type(x), "__iter__") and not _is_sequence_of_batches(x):
            return "data set"
        if hasattr(type(x), "__getitem__") and hasattr(type(x), "__len__"):
            return "PyDataset"
    raise DataError(
        f"Expected arrays, tensors, a generator, a PyDataset, a DataLoader or a data set. Received: {x!r:.200} of type "
        f"{type(x).__name__}"
    )


def _is_sequence_of_batches(x: Any) -> bool:
    """Whether something is a ``Sequence`` of another library, which may be asked for batches by number."""
    return all(hasattr(type(x), name) for name in ("__getitem__", "__len__", "on_epoch_end"))


def _length(x: Any) -> int | None:
    """How many batches an iterable gives, when it says so."""
    try:
        return len(x)
    except TypeError:
        pass
    cardinality = getattr(x, "cardinality", None)
    if callable(cardinality):
        count = int(cardinality())
        return count if count >= 0 else None
    return None
