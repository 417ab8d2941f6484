"""TFRecord files: byte strings behind one another, each with its length and checksums.

A record is its length (8 bytes), the length's checksum (4), the data, and the data's checksum (4), all little-endian;
checksums are masked CRC-32C.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from wubu.core.crc32c import crc32c, crc32c_of_each, mask
from wubu.core.files import is_disk_full
from wubu.data.records.compression import checked_compression, open_to_read
from wubu.errors import DiskFullError, FileFormatError

_PIECE = 1 << 20
_TOGETHER = 256  # records whose checksums are computed side by side
_DAMAGED = (OSError, EOFError, zlib.error)


class TFRecordWriter:
    """Writes records to a file.

    Args:
        path: the file, which is replaced.
        options: ``""``, ``"GZIP"``, ``"ZLIB"``, or an object with ``compression_type``.

    Example:
        >>> with TFRecordWriter("data.tfrecord") as writer:
        ...     writer.write(example.SerializeToString())
    """

    def __init__(self, path: str | os.PathLike[str], options: Any = None) -> None:
        self.path = os.fspath(path)
        compression = checked_compression(getattr(options, "compression_type", options))
        self._file: Any = gzip.open(path, "wb") if compression == "GZIP" else open(path, "wb")  # noqa: SIM115
        self._deflate = zlib.compressobj() if compression == "ZLIB" else None

    def write(self, record: bytes) -> None:
        """Write a record.

        Raises:
            DiskFullError: when the disk is full.
        """
        record = bytes(getattr(record, "numpy", lambda: record)())
        length = struct.pack("<Q", len(record))
        self._put(length + struct.pack("<I", mask(crc32c(length))) + record + struct.pack("<I", mask(crc32c(record))))

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data if self._deflate is None else self._deflate.compress(data))
        except OSError as error:
            if is_disk_full(error):
                raise DiskFullError(f"The disk is full while writing {self.path}") from error
            raise

    def flush(self) -> None:
        """Hand what was written to the system."""
        if self._deflate is not None:
            self._file.write(self._deflate.flush(zlib.Z_SYNC_FLUSH))
        self._file.flush()

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            if self._deflate is not None:
                self._file.write(self._deflate.flush())
            self._file.close()
            self._file = None

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def read_records(path: str | os.PathLike[str], compression: str = "") -> Iterator[bytes]:
    """Yield the records of a file.

    Args:
        path: the file.
        compression: ``""``, ``"GZIP"`` or ``"ZLIB"``.

    Raises:
        MissingFileError: there is no such file.
        FileFormatError: a record is damaged or cut short; its number is given. Those before it have been given.
    """
    name = os.fspath(path)
    number = 0
    with open_to_read(path, compression) as file:
        size = os.fstat(file.fileno()).st_size if not compression else None
        while True:
            found, sums, problem = _some(file, size, name, number)
            for record, right in zip(found, _right(found, sums)):
                if not right:
                    raise FileFormatError(f"{name} is damaged: the checksum of record {number} is wrong")
                yield record
                number += 1
            if problem is not None:
                raise problem
            if not found:
                return


def _some(file: IO[bytes], size: int | None, name: str, number: int) -> tuple[list[bytes], list[int], Any]:
    """The next records and their checksums, and what is wrong with the one behind them."""
    found: list[bytes] = []
    sums: list[int] = []
    total = 0
    try:
        while len(found) < _TOGETHER and total < _PIECE:
            head = file.read(12)
            if not head:
                break
            if len(head) < 12:
                raise FileFormatError(f"{name} is cut short in record {number + len(found)}")
            length, check = struct.unpack("<QI", head)
            if mask(crc32c(head[:8])) != check:
                what = "it is no TFRecord file" if not number and not found else f"record {number + len(found)}"
                raise FileFormatError(f"{name} is damaged: {what} (the checksum of a length is wrong)")
            if size is not None and length > size:
                raise FileFormatError(f"{name} is cut short in record {number + len(found)}")
            data, tail = _exactly(file, length), file.read(4)
            if len(data) < length or len(tail) < 4:
                raise FileFormatError(f"{name} is cut short in record {number + len(found)}")
            found.append(data)
            sums.append(struct.unpack("<I", tail)[0])
            total += length
    except FileFormatError as error:
        return found, sums, error
    except _DAMAGED as error:
        return found, sums, FileFormatError(f"{name} is damaged in record {number + len(found)}: {error}")
    return found, sums, None


def _exactly(file: IO[bytes], length: int) -> bytes:
    """So many bytes, or fewer at the end; a length that lies makes no large buffer."""
    if length <= _PIECE:
        return file.read(length)
    parts = []
    while length > 0 and (part := file.read(min(length, _PIECE))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _right(records: list[bytes], sums: list[int]) -> list[bool]:
    return [mask(crc) == stored for crc, stored in zip(crc32c_of_each(records), sums)]
