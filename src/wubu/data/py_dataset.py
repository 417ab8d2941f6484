"""A data set that gives batches by number, written by the user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wubu.errors import ArgumentError


class PyDataset:
    """Base of data sets that give batch number ``i`` on demand; ``Sequence`` is its older name.

    A subclass defines ``__len__`` (the number of batches) and ``__getitem__`` (one batch: ``x``, ``(x, y)`` or
    ``(x, y, sample_weight)``). Batches are prepared ahead of the training, in order, by threads.

    Args:
        workers: how many prepare batches at a time. With 0 each is prepared when it is needed.
        use_multiprocessing: prepare them in processes rather than threads; the data set is copied into each.
        max_queue_size: how many prepared batches may wait.

    Example:
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 10
        ...     def __getitem__(self, index):
        ...         x = np.random.rand(32, 1)
        ...         return x, x**2
    """

    _workers = 1
    _use_multiprocessing = False
    _max_queue_size = 10

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10, **kwargs: Any
    ) -> None:
        if kwargs:
            raise ArgumentError(
                f"{type(self).__name__} got arguments that it does not have: {sorted(kwargs)}. "
                "Known: workers, use_multiprocessing, max_queue_size"
            )
        self._workers, self._use_multiprocessing, self._max_queue_size = workers, use_multiprocessing, max_queue_size

    @property
    def workers(self) -> int:
        """How many prepare batches at a time."""
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """Whether they are processes."""
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        """How many prepared batches may wait."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    def __getitem__(self, index: int) -> Any:
        """Return batch number ``index``."""
        raise NotImplementedError(f"{type(self).__name__} needs a method __getitem__(self, index).")

    @property
    def num_batches(self) -> int | None:
        """The number of batches; None for no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(f"{type(self).__name__} needs a method __len__(self), or a property num_batches.")

    def on_epoch_begin(self) -> None:
        """Called before every epoch."""

    def on_epoch_end(self) -> None:
        """Called after every epoch; the place to shuffle."""

    def __iter__(self) -> Iterator[Any]:
        count = self.num_batches
        index = 0
        while count is None or index < count:
            yield self[index]
            index += 1


Sequence = PyDataset
