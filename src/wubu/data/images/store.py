"""Decoded pictures of one size, kept as bytes: in memory within a budget, or in a file that is mapped into memory.

From the second epoch on nothing is read from the disk or decoded. In memory, pictures are kept as they come until the
budget is used up; the others are decoded anew each time. A file has room for all of them.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import secrets
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from wubu.core.files import atomic_open, is_disk_full
from wubu.data import picture_budget as budget
from wubu.data.dataset.memory import Buffers, fresh
from wubu.data.images.ahead import Ahead
from wubu.data.images.pool import each, put, times
from wubu.errors import ArgumentError, DiskFullError, WriteError

Read = Callable[[int], np.ndarray]
ReadMany = Callable[[list[int], np.ndarray], list[int]]
_MISSING, _COMING = -1, -2
_SMALL = 16 << 10  # bytes of a picture below which many are decoded and copied in one go


class PictureStore:
    """Pictures by their numbers.

    Args:
        count: how many there are.
        shape: ``(height, width, channels)``.
        keep: True keeps them in memory within the budget (see ``set_picture_budget``), a path keeps them in the files
            ``path + ".data"`` and ``path + ".index"``, False keeps none.
        key: anything that JSON can hold that tells these pictures from others; a file with another key is replaced.
        dtype: the type of a value; other types than bytes are not kept.
    """

    def __init__(
        self,
        count: int,
        shape: Sequence[int],
        keep: bool | str | os.PathLike[str] = True,
        key: Any = None,
        dtype: Any = np.uint8,
    ) -> None:
        self.count, self.shape, self.dtype = count, tuple(int(d) for d in shape), np.dtype(dtype)
        self._lock = threading.Lock()
        self._buffers = Buffers()
        self._ahead, self._expected = Ahead(), np.empty(0, np.int64)
        self._place = np.full(count, _MISSING, np.int64)  # of each picture among those kept
        self._small = math.prod(self.shape) < _SMALL
        self._together = True  # until that turns out not to work
        self._kept: np.ndarray | None = None
        self._claimed = self._used = 0
        self._writing: str | None = None
        self._path: str | None = None
        if isinstance(keep, str | os.PathLike):
            if self.dtype != np.uint8:
                raise ArgumentError("Expected pictures of bytes to keep in a file")
            self._path = os.fspath(keep)
            self._key = hashlib.sha256(json.dumps([key, count, self.shape]).encode()).hexdigest()
            self._open_file()
        elif keep and self.dtype == np.uint8 and count:
            unit = math.prod(self.shape)
            given = budget.reserve(count * unit, unit)
            if given:
                self._kept = fresh(given // unit * unit).reshape((given // unit, *self.shape))
                weakref.finalize(self, budget.release, given)

    @property
    def complete(self) -> bool:
        """Whether all pictures are kept."""
        return self._used == self.count

    def expect(self, numbers: Sequence[int] | np.ndarray) -> None:
        """Say what will be asked for after the next batch; idle threads begin to read it while that is made."""
        self._expected = np.asarray(numbers, np.int64)

    def rows(
        self,
        numbers: Sequence[int] | np.ndarray,
        read: Read,
        dtype: Any = None,
        read_many: ReadMany | None = None,
        factor: float | None = None,
    ) -> np.ndarray:
        """Pictures stacked, shape ``(len(numbers), *shape)``; the array belongs to the caller.

        Args:
            numbers: which.
            read: decodes one of them, called in several threads. A grey picture may have one channel.
            dtype: the type of the result. Default: the store's.
            read_many: decodes many small ones as bytes into an array, and says which of them it could not.
            factor: what values are multiplied by, for results of floats.
        """
        numbers = np.asarray(numbers, np.int64)
        made = self._buffers.empty((len(numbers), *self.shape), self.dtype if dtype is None else dtype)
        expected, self._expected = self._expected, self._expected[:0]
        if self.complete and self._kept is not None and self._small:
            put(made, self._kept[self._place[numbers]], factor)
            return made
        wanted, begun = np.arange(len(numbers)), self._ahead.claim(numbers.tolist())
        if read_many is not None and self._small and self._together:
            wanted = self._rows_together(numbers, made, read_many, factor)

        def one(row: int) -> None:
            number = int(numbers[row])
            picture = self._at_hand(number)
            if picture is None:
                picture = begun[number].result() if number in begun else self._read(number, read)
            put(made[row], picture, factor)

        def begin() -> None:
            self._ahead.begin(expected[self._place[expected] < 0].tolist(), lambda number: self._read(number, read))

        each(one, wanted.tolist(), parallel=not self._small, behind=begin)
        return made

    def _at_hand(self, number: int) -> np.ndarray | None:
        slot = self._place[number]
        return self._kept[slot] if slot >= 0 and self._kept is not None else None

    def _read(self, number: int, read: Read) -> np.ndarray:
        """Read a picture and keep it, if there is room."""
        picture = read(number)
        self._keep(number, picture)
        kept = self._at_hand(number)
        if kept is not None:
            return kept
        if picture.shape != self.shape and picture.shape[:-1] == self.shape[:-1]:
            whole = np.empty(self.shape, picture.dtype)  # once; bytes are quicker to spread than floats
            put(whole, picture)
            picture = whole
        return picture

    def _rows_together(
        self, numbers: np.ndarray, made: np.ndarray, read_many: ReadMany, factor: float | None
    ) -> np.ndarray:
        """Fill the places of what is kept and of what can be decoded together; gives the rows that are left."""
        slots = self._place[numbers]
        kept, missing = np.flatnonzero(slots >= 0), np.flatnonzero(slots < 0)
        if len(kept) and self._kept is not None:
            made[kept] = times(self._kept[slots[kept]], made.dtype, factor)
        if not len(missing):
            return missing
        pictures = np.empty((len(missing), *self.shape), np.uint8)
        left = read_many(numbers[missing].tolist(), pictures)
        if len(left) == len(missing):  # of another size or kind, and so are the others
            self._together = False
            return missing
        if not left and len(missing) == len(numbers):
            put(made, pictures, factor)
            self._keep_many(numbers, pictures)
            return missing[:0]
        done = np.delete(np.arange(len(missing)), left)
        pictures = pictures[done]
        made[missing[done]] = times(pictures, made.dtype, factor)
        self._keep_many(numbers[missing[done]], pictures)
        return missing[left]

    def _keep_many(self, numbers: np.ndarray, pictures: np.ndarray) -> None:
        kept = self._kept
        if kept is None or self._claimed >= len(kept):
            return
        numbers, first = np.unique(numbers, return_index=True)
        with self._lock:
            fresh = np.flatnonzero(self._place[numbers] == _MISSING)[: len(kept) - self._claimed]
            numbers, first = numbers[fresh], first[fresh]
            slots = numbers if self._path is not None else np.arange(self._claimed, self._claimed + len(numbers))
            self._claimed += len(numbers)
            self._place[numbers] = _COMING
        kept[slots] = pictures[first]
        self._kept_now(numbers, slots)

    def _keep(self, number: int, picture: np.ndarray) -> None:
        kept = self._kept
        if kept is None or self._claimed >= len(kept):
            return
        with self._lock:
            if self._claimed >= len(kept) or self._place[number] != _MISSING:
                return
            slot = number if self._path is not None else self._claimed
            self._claimed += 1
            self._place[number] = _COMING
        put(kept[slot], picture)
        self._kept_now(np.array([number]), np.array([slot]))

    def _kept_now(self, numbers: np.ndarray, slots: np.ndarray) -> None:
        with self._lock:
            self._place[numbers] = slots
            self._used += len(numbers)
            if self._path is not None and len(numbers) and self.complete:
                self._finish()

    def _open_file(self) -> None:
        """Take up a finished file with the same key, or begin a new one."""
        assert self._path is not None
        shape = (self.count, *self.shape)
        size = math.prod(shape)
        with suppress(OSError, ValueError, KeyError, TypeError):
            with open(self._path + ".index", encoding="utf-8") as file:
                index = json.load(file)
            if index["key"] == self._key and os.path.getsize(self._path + ".data") == size and size:
                self._kept = np.memmap(self._path + ".data", np.uint8, "r", shape=shape)
                self._place = np.arange(self.count)
                self._claimed = self._used = self.count
                return
        if not size:
            return
        self._writing = f"{self._path}.{secrets.token_hex(4)}.tmp"
        try:
            os.makedirs(os.path.dirname(os.path.abspath(self._path)), exist_ok=True)
            with open(self._writing, "wb") as data:
                _allocate(data.fileno(), size)
        except OSError as error:
            with suppress(OSError):
                os.unlink(self._writing)
            if is_disk_full(error):
                raise DiskFullError(
                    errno.ENOSPC, f"The disk is full: {self.count} pictures need {size / 1e6:,.0f} MB at {self._path}"
                ) from error
            raise WriteError(error.errno, f"Cannot write {self._path}: {error.strerror or error}") from error
        self._kept = np.memmap(self._writing, np.uint8, "r+", shape=shape)
        self._cleanup = weakref.finalize(self, _remove, self._writing)

    def _finish(self) -> None:
        assert self._writing is not None and self._path is not None and isinstance(self._kept, np.memmap)
        self._kept.flush()
        os.replace(self._writing, self._path + ".data")
        self._cleanup.detach()
        with atomic_open(self._path + ".index", "w") as file:
            json.dump({"key": self._key, "shape": [self.count, *self.shape]}, file)


def _allocate(descriptor: int, size: int) -> None:
    """Make a file of that size whose place on the disk is reserved: a mapped write to a full disk would end the program."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(descriptor, 0, size)
            return
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                raise
    zeros = bytes(1 << 20)
    for start in range(0, size, len(zeros)):
        os.write(descriptor, zeros[: size - start])


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
