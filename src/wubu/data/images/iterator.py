"""The base of the iterators over pictures: which samples make up which batch, in Keras's orders."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator as PythonIterator
from typing import Any

import numpy as np

from wubu.data.images.conversion import array_to_img
from wubu.data.py_dataset import PyDataset
from wubu.errors import ArgumentError

_AHEAD = 256 << 20  # bytes of batches that wait for the training


class Iterator(PyDataset):
    """Batches of samples by number, without end as an iterator, and by number as a ``PyDataset``.

    Orders are Keras's: a seed makes ``numpy.random`` begin anew, at ``seed`` plus the number of batches so far, before
    each batch; without one numbers come from ``numpy.random`` as it is.

    Args:
        n: how many samples there are.
        batch_size: samples in a batch; the last one of a pass may have fewer.
        shuffle: whether each pass has an order of its own.
        seed: of orders and random changes.
        **kwargs: of ``PyDataset``.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(batch_size, bool) or int(batch_size) != batch_size or batch_size < 1:
            raise ArgumentError(f"Expected batch_size to be a positive whole number. Received: {batch_size!r}")
        self.n, self.batch_size, self.shuffle, self.seed = n, int(batch_size), shuffle, seed
        self.batch_index = 0
        self.total_batches_seen = 0
        self.lock = threading.Lock()
        self.index_array: np.ndarray | None = None
        self._upcoming: np.ndarray | None = None  # the samples of the next batch, where that is known
        self.index_generator = self._flow_index()

    def __len__(self) -> int:
        return math.ceil(self.n / self.batch_size)

    def __getitem__(self, idx: int) -> Any:
        if not 0 <= idx < len(self):
            raise ArgumentError(f"Expected the number of a batch, below {len(self)}. Received: {idx}")
        with self.lock:
            self._seed()
            self.total_batches_seen += 1
            if self.index_array is None:
                self._set_index_array()
            assert self.index_array is not None
            chosen = self.index_array[self.batch_size * idx : self.batch_size * (idx + 1)]
        return self._get_batches_of_transformed_samples(chosen)

    def __iter__(self) -> PythonIterator[Any]:
        return self

    def __next__(self) -> Any:
        with self.lock:
            chosen = next(self.index_generator)
            start = self.batch_size * self.batch_index
            self._upcoming = self.index_array[start : start + self.batch_size] if start else None  # type: ignore[index]
        return self._get_batches_of_transformed_samples(chosen)

    def next(self) -> Any:
        """The next batch; the same as ``next(iterator)``."""
        return self.__next__()

    def reset(self) -> None:
        """Begin a new pass."""
        self.batch_index = 0

    def on_epoch_end(self) -> None:
        """Draw a new order."""
        self._set_index_array()

    @property
    def most_ahead(self) -> int:
        """How many batches may be prepared before they are used, so that they stay within a quarter of a gigabyte."""
        return max(2, _AHEAD // max(1, self._batch_bytes()))

    def _batch_bytes(self) -> int:
        return 1

    def _seed(self) -> None:
        if self.seed is not None:
            np.random.seed((self.seed + self.total_batches_seen) % 2**32)

    def _set_index_array(self) -> None:
        self.index_array = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _flow_index(self) -> PythonIterator[np.ndarray]:
        self.reset()
        while True:
            self._seed()
            if self.batch_index == 0:
                self._set_index_array()
            assert self.index_array is not None
            start = (self.batch_index * self.batch_size) % self.n if self.n else 0
            self.batch_index = self.batch_index + 1 if self.n > start + self.batch_size else 0
            self.total_batches_seen += 1
            yield self.index_array[start : start + self.batch_size]

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        """The batch of the samples with these numbers."""
        raise NotImplementedError(f"{type(self).__name__} needs _get_batches_of_transformed_samples(index_array)")

    def _save(self, batch: np.ndarray, numbers: np.ndarray, most: float) -> None:
        """Write a batch as files, where ``save_to_dir`` asks for it."""
        folder: Any = getattr(self, "save_to_dir", None)
        if not folder:
            return
        for picture, number in zip(batch, numbers):
            name = f"{self.save_prefix}_{number}_{np.random.randint(int(most))}.{self.save_format}"  # type: ignore[attr-defined]
            array_to_img(picture, self.data_format, scale=True).save(os.path.join(folder, name))  # type: ignore[attr-defined]

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: neither locks nor generators."""
        return {k: v for k, v in self.__dict__.items() if k not in ("lock", "index_generator", "_store")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.lock = threading.Lock()
        self._store: Any = None  # each process keeps pictures of its own
        at = self.batch_index
        self.index_generator = self._flow_index()
        self.batch_index = at
