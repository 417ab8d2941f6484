"""The IDX format of MNIST and Fashion-MNIST: four files of bytes, gzipped.

A file starts with two zero bytes, the type of the numbers (8: unsigned byte), the number of axes, and one
big-endian 32-bit length per axis; the numbers follow.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from wubu.datasets.cache import cache_path
from wubu.datasets.downloads import fetch
from wubu.errors import FileFormatError

FILES = {
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_train": "train-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
}
_UNSIGNED_BYTE = 8
_LIMIT = 1 << 30  # bytes a file may unpack to


def read_idx(path: Path) -> np.ndarray:
    """Read one IDX file of unsigned bytes, gzipped or not. gzip's own checksum is verified.

    Raises:
        FileFormatError: it is no such file, or a damaged one.
    """
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else open(path, "rb") as file:
            data = file.read(_LIMIT)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise FileFormatError(f"Expected a gzipped IDX file: {path.name} is damaged ({error})") from error
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != _UNSIGNED_BYTE or not 1 <= data[3] <= 4:
        raise FileFormatError(f"Expected an IDX file of bytes: {path.name} does not start like one")
    header = 4 + 4 * data[3]
    if len(data) < header:
        raise FileFormatError(f"Expected an IDX file of bytes: {path.name} ends inside its header")
    shape = struct.unpack(f">{data[3]}I", data[4:header])
    if len(data) - header != math.prod(shape):
        raise FileFormatError(
            f"Expected {shape} bytes in {path.name}, by its header. Received {len(data) - header:,} bytes"
        )
    # a bytearray, so that the array can be written to
    return np.frombuffer(bytearray(data[header:]), np.uint8).reshape(shape)


def load_idx_set(folder: str, bases: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Load images and labels from four IDX files in the cache, downloading those that are missing.

    Args:
        folder: below the data sets' folder.
        bases: addresses of folders that hold the four files, best first, each ending in a slash.

    Returns:
        ``x_train``, ``y_train``, ``x_test``, ``y_test``.

    Raises:
        FileFormatError: images and labels do not belong together.
        DownloadError: a file is missing and cannot be downloaded.
    """
    arrays = {}
    for name, file in FILES.items():
        axes = 3 if name.startswith("x") else 1

        def read(path: Path, downloaded: bool, axes: int = axes) -> np.ndarray:
            array = read_idx(path)
            if array.ndim != axes:
                raise FileFormatError(
                    f"Expected {axes} axes in {path.name}. Received the shape {array.shape}"
                )
            return array

        urls = [base + file for base in bases]
        arrays[name] = fetch(cache_path(file, f"datasets/{folder}"), urls, read)
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if len(images) != len(labels):
            raise FileFormatError(
                f"Expected as many images as labels in {FILES[f'x_{part}']} and {FILES[f'y_{part}']} "
                f"({cache_path(folder)}). Received {len(images):,} images and {len(labels):,} labels"
            )
    return arrays
