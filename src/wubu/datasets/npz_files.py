"""Data sets that are one ``.npz`` file of arrays: found, checked, downloaded if need be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wubu.datasets.cache import cache_path
from wubu.datasets.checksums import array_digest, file_digest
from wubu.datasets.downloads import fetch, say
from wubu.datasets.safe_reading import read_npz
from wubu.errors import FileFormatError

Arrays = dict[str, np.ndarray]

KERAS_STORE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class NpzFile:
    """What is known of a data set's file.

    Args:
        urls: where it can be had, best first.
        names: the arrays in it.
        shape_problem: says what is wrong with the arrays' shapes, types or ranges, or None.
        arrays_sha256: checksum of the arrays, good for a re-packed file too; None where it is not known.
        file_sha256: checksum of the published file; None where it is not known.
        bytes_only: the arrays are bytes; a copy packed with wider types is read as bytes.
    """

    urls: tuple[str, ...]
    names: tuple[str, ...]
    shape_problem: Callable[[Mapping[str, np.ndarray]], str | None]
    arrays_sha256: str | None = None
    file_sha256: str | None = None
    bytes_only: bool = False

    def load(self, path: str | os.PathLike[str]) -> Arrays:
        """Return the arrays from the cache or from the network.

        Args:
            path: the file's name in the cache, or an absolute path. A file at an absolute path is the
                caller's own: if it is not good it is left where it is.

        Raises:
            FileFormatError: a file at an absolute path is not good.
            DownloadError: it is not in the cache and cannot be downloaded.
        """
        target = cache_path(path)
        if Path(path).expanduser().is_absolute() and target.exists():
            return self.read(target, downloaded=False)
        return fetch(target, self.urls, self.read)

    def read(self, path: Path, downloaded: bool) -> Arrays:
        """Read and check the file.

        Where the arrays' checksum is known, they must have it. Where only the published file's is known, a
        download must have that one, while a file that somebody put there must have the right shape: it may
        be a re-packed copy.
        """
        arrays = as_bytes(read_npz(path, self.names)) if self.bytes_only else read_npz(path, self.names)
        problem = self.shape_problem(arrays)
        if problem:
            raise FileFormatError(f"Expected {problem}")
        if self.arrays_sha256 is not None and array_digest(arrays) == self.arrays_sha256:
            return arrays
        found = file_digest(path)
        if found == self.file_sha256:
            return arrays
        if self.arrays_sha256 is not None:
            raise FileFormatError(
                f"Expected arrays with the checksum {self.arrays_sha256[:16]}…; they differ"
            )
        problem = f"Expected a file with the sha256 {(self.file_sha256 or '')[:16]}…, received {found[:16]}…"
        if downloaded:
            raise FileFormatError(problem)
        say(f"{path} is not the published file ({problem}), but it has the right shape; using it.")
        return arrays


def as_bytes(arrays: Arrays) -> Arrays:
    """Whole numbers 0..255 as uint8, so that a copy packed with wider types has the same checksum."""
    return {name: a.astype(np.uint8) if _fits_byte(a) else a for name, a in arrays.items()}


def _fits_byte(array: np.ndarray) -> bool:
    return array.dtype.kind in "iu" and array.size > 0 and array.min() >= 0 and array.max() <= 255
