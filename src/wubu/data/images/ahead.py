"""Pictures that are read before they are asked for, so that no core waits between two batches."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from wubu.data.images.pool import submit


class Ahead:
    """What threads are reading for the next batch."""

    def __init__(self) -> None:
        self._coming: dict[int, Future[Any]] = {}
        self._process = os.getpid()
        self._lock = threading.Lock()

    def begin(self, numbers: Sequence[int], read: Callable[[int], Any]) -> None:
        """Read these next.

        Args:
            numbers: which.
            read: called with each of them, in a thread.
        """
        self._process = os.getpid()
        self._coming = {number: submit(read, number) for number in numbers}

    def claim(self, numbers: Sequence[int]) -> dict[int, Future[Any]]:
        """What has been begun of these; the rest of it is given up."""
        with self._lock:
            begun, self._coming = self._coming, {}
        if self._process != os.getpid():  # threads do not survive a fork, so what they had begun never ends
            return {}
        claimed = {number: begun.pop(number) for number in set(numbers) if number in begun}
        for future in begun.values():
            future.cancel()
        return claimed
