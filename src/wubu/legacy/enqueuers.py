"""Queues before generators, as Keras 2's ``data_utils`` had them; ``fit`` has its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any


class GeneratorEnqueuer:
    """A generator behind the methods of a queue; it is read when it is asked.

    Args:
        generator: an iterator of batches.
        **kwargs: ``use_multiprocessing``, ``wait_time``, ``random_seed``: accepted.
    """

    def __init__(self, generator: Any, *args: Any, **kwargs: Any) -> None:
        self._generator = generator
        self._running = False

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Begin."""
        self._running = True

    def stop(self, timeout: float | None = None) -> None:
        """End."""
        self._running = False

    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._running

    def get(self) -> Iterator[Any]:
        """The batches."""
        for batch in self._batches():
            if not self._running:
                return
            yield batch

    def _batches(self) -> Iterator[Any]:
        return iter(self._generator)


class OrderedEnqueuer(GeneratorEnqueuer):
    """A ``Sequence`` behind the methods of a queue; it begins anew when it is through.

    Args:
        sequence: a ``Sequence``.
        use_multiprocessing: accepted.
        shuffle: whether the batches come in another order each time.
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False, shuffle: bool = False) -> None:
        super().__init__(sequence)
        self._shuffle = shuffle

    def _batches(self) -> Iterator[Any]:
        import random

        for _ in itertools.count():
            order = list(range(len(self._generator)))
            if self._shuffle:
                random.shuffle(order)
            for i in order:
                yield self._generator[i]
            if hasattr(self._generator, "on_epoch_end"):
                self._generator.on_epoch_end()
