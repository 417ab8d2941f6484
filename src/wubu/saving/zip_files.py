"""Zip archives that nobody vouches for: how many members one has is known before they are listed."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import IO

from wubu.errors import UnsafeFileError
from wubu.saving.limits import MAX_MEMBERS

_END, _END_64, _LOCATOR_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_END_SIZE, _LOCATOR_SIZE, _END_64_SIZE = 22, 20, 56
_LONGEST_COMMENT = 2**16 - 1
_ENTRY_SIZE = 100  # bytes of a member in the directory, its name included


def open_zip(source: str | Path | IO[bytes], name: str) -> zipfile.ZipFile:
    """Open an archive for reading.

    Args:
        source: the path, or an open file.
        name: what to call it in errors.

    Raises:
        UnsafeFileError: when it has too many members.
        zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError: when it is no zip, or damaged.
    """
    if isinstance(source, str | Path):
        with open(source, "rb") as file:
            _check_directory(file, name)
    else:
        at = source.tell()
        _check_directory(source, name)
        source.seek(at)
    archive = zipfile.ZipFile(source)
    count = len(archive.infolist())
    if count > MAX_MEMBERS:
        archive.close()
        raise _too_many(name, count)
    return archive


def _check_directory(file: IO[bytes], name: str) -> None:
    """Listing takes time and memory for each member, and a small file can have a great many."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = file.read()
    at = tail.find(_END)
    while 0 <= at <= len(tail) - _END_SIZE:  # which of several is meant is left to zipfile
        directory = _number(tail, at + 12, 4)
        if tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR_64):
            file.seek(max(0, size - len(tail) + at - _LOCATOR_SIZE - _END_64_SIZE))
            end = file.read(_END_64_SIZE)
            directory = _number(end, 40, 8) if end.startswith(_END_64) else directory
        if min(directory, size) > MAX_MEMBERS * _ENTRY_SIZE:
            raise _too_many(name, min(directory, size) // _ENTRY_SIZE)
        at = tail.find(_END, at + 1)


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _too_many(name: str, count: int) -> UnsafeFileError:
    return UnsafeFileError(f"{name} has about {count:,} members. Expected: at most {MAX_MEMBERS:,}")
