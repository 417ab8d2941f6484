"""Opening files that may be compressed."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from typing import IO, Any

from wubu.errors import ArgumentError, FileFormatError, MissingFileError

_BLOCK = 1 << 16


def checked_compression(kind: Any) -> str:
    """``""``, ``"GZIP"`` or ``"ZLIB"``."""
    found = "" if kind is None else str(kind).upper()
    if found not in ("", "GZIP", "ZLIB"):
        raise ArgumentError(f"Expected compression_type to be None, '', 'GZIP' or 'ZLIB'. Received: {kind!r}")
    return found


def open_to_read(path: str | os.PathLike[str], compression: str = "") -> IO[bytes]:
    """Open a file; what is read is not compressed.

    Raises:
        MissingFileError: there is no such file.
        FileFormatError: it cannot be opened.
    """
    try:
        if compression == "GZIP":
            return gzip.open(path, "rb")  # type: ignore[return-value]
        file = open(path, "rb")  # noqa: SIM115
    except FileNotFoundError as error:
        raise MissingFileError(f"Expected a file to read. There is no {os.fspath(path)}") from error
    except OSError as error:
        raise FileFormatError(f"Cannot read {os.fspath(path)}: {error.strerror or error}") from error
    return io.BufferedReader(_Inflated(file)) if compression == "ZLIB" else file


class _Inflated(io.RawIOBase):
    """A file of zlib's format as its content."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._inflate = file, zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._inflate.eof:
                return 0
            data = self._inflate.unconsumed_tail or self._file.read(_BLOCK)
            found = self._inflate.decompress(data, len(buffer)) if data else self._inflate.flush()
            if found:
                buffer[: len(found)] = found
                return len(found)
            if not data:
                raise zlib.error("the compressed data is cut short")

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
