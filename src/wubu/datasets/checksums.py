"""Checksums of files and of the arrays inside them.

A file's checksum changes when the same arrays are packed again (another zip level, another NumPy version).
The checksum of the arrays does not, so a re-packed data set is recognised as the real one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

import numpy as np

from wubu.errors import ArgumentError

_BY_LENGTH = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_CHUNK = 1 << 20


def hash_algorithm(expected: str, algorithm: str = "auto") -> str:
    """The name of a hash: as given, or for ``"auto"`` by the number of hexadecimal digits.

    Raises:
        ArgumentError: a name that hashlib does not have, or a length that belongs to no known hash.
    """
    if algorithm == "auto":
        if len(expected) not in _BY_LENGTH:
            raise ArgumentError(
                "Expected a hash of 32 (md5), 40 (sha1), 64 (sha256) or 128 (sha512) hexadecimal digits. "
                f"Received: {expected!r}. Name the kind with hash_algorithm="
            )
        return _BY_LENGTH[len(expected)]
    if algorithm not in hashlib.algorithms_available:
        raise ArgumentError(
            f"Expected hash_algorithm to be 'auto', 'md5' or 'sha256'. Received: {algorithm!r}"
        )
    return algorithm


def file_digest(path: str | os.PathLike[str], algorithm: str = "sha256") -> str:
    """The hash of a file's bytes, as hexadecimal digits, read in chunks of 1 MiB."""
    hasher = hashlib.new(algorithm)
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()


def array_digest(arrays: Mapping[str, np.ndarray]) -> str:
    """The sha256 of named arrays: of names, types, shapes and values, whatever file they came from.

    Args:
        arrays: name -> array of numbers. The order of the names and the memory layout do not matter.

    Returns:
        64 hexadecimal digits.

    Example::

        array_digest({"x": np.zeros(3, "uint8")})
    """
    hasher = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        hasher.update(f"{name}:{array.dtype.str}:{array.shape}\n".encode())
        hasher.update(array.data if array.size else b"")
    return hasher.hexdigest()
