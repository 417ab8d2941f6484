"""What CIFAR-10 and CIFAR-100 share: an archive of batches, each a pickle of bytes."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wubu.core.settings import image_data_format
from wubu.datasets.archives import extract
from wubu.datasets.cache import cache_path
from wubu.datasets.checksums import file_digest
from wubu.datasets.downloads import fetch, keep_aside, say
from wubu.datasets.safe_reading import read_pickle
from wubu.errors import FileFormatError

Batch = tuple[np.ndarray, np.ndarray]
_PIXELS = 3 * 32 * 32


@dataclass(frozen=True)
class CifarArchive:
    """A CIFAR archive and the places where it, or what it holds, may be found.

    Args:
        url: the publisher's address.
        sha256: of the published archive.
        inner: the folder inside it.
    """

    url: str
    sha256: str
    inner: str

    def load(self, names: Sequence[str], label_key: str) -> list[Batch]:
        """Return the images (n, 3, 32, 32) and labels (n,) of the named batches, in that order.

        Looks for an unpacked folder, then for the archive under the names that Keras 3, Keras 2 and the
        publisher give it, then downloads it.

        Raises:
            DownloadError: nothing is there and the archive cannot be downloaded.
            FileFormatError: the archive does not hold what it should.
            UnsafeFileError: a batch asks for more than arrays.
        """
        unpacked = cache_path(f"{self.inner}-target")
        for folder in (unpacked / self.inner, cache_path(self.inner)):
            if not folder.is_dir():
                continue
            try:
                return [read_batch(folder / name, label_key) for name in names]
            except FileFormatError as error:
                say(f"{folder} is not good: {error}\nIt was kept as {keep_aside(folder).name}.")
        archive = cache_path(f"{self.inner}-target_archive")
        for other in (f"{self.inner}.tar.gz", self.url.rsplit("/", 1)[-1]):
            if not archive.exists() and cache_path(other).exists():
                archive = cache_path(other)
        hint = f"It may also stand there as {self.url.rsplit('/', 1)[-1]}, or unpacked as {self.inner}."
        fetch(archive, [self.url], self.check, hint=hint)
        extract(archive, unpacked, "tar")
        return [read_batch(unpacked / self.inner / name, label_key) for name in names]

    def check(self, path: Path, downloaded: bool) -> None:
        """Verify the published checksum. A file put there by hand may be packed anew: its batches count."""
        found = file_digest(path)
        if found == self.sha256:
            return
        problem = f"Expected a file with the sha256 {self.sha256[:16]}…, received {found[:16]}…"
        if downloaded or not tarfile.is_tarfile(path):
            raise FileFormatError(problem)
        say(f"{path} is not the published archive ({problem}), but it is a tar file; looking inside.")


def read_batch(path: Path, label_key: str) -> Batch:
    """Read one batch: images uint8 (n, 3, 32, 32) and labels int64 (n,).

    Raises:
        FileFormatError: the file is missing or is no such batch.
        UnsafeFileError: it asks for more than arrays.
    """
    try:
        with open(path, "rb") as file:
            found = read_pickle(file)
    except FileNotFoundError as error:
        raise FileFormatError(f"Expected the file {path}, which is missing") from error
    if not isinstance(found, dict):
        raise FileFormatError(f"Expected a dictionary in {path}. Received: {type(found).__name__}")
    found = {key.decode() if isinstance(key, bytes) else key: value for key, value in found.items()}
    missing = [key for key in ("data", label_key) if key not in found]
    if missing:
        raise FileFormatError(
            f"Expected {' and '.join(missing)} in {path}. It holds: {', '.join(map(str, found))}"
        )
    images, labels = found["data"], found[label_key]
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != (_PIXELS,):
        shape = f"{getattr(images, 'dtype', type(images).__name__)} {getattr(images, 'shape', '')}"
        raise FileFormatError(
            f"Expected pictures as bytes of shape (n, {_PIXELS}) in {path}. Received: {shape}"
        )
    if len(labels) != len(images) or not all(isinstance(label, int) for label in labels):
        raise FileFormatError(f"Expected {len(images)} whole numbers as {label_key} in {path}")
    return images.reshape(-1, 3, 32, 32), np.asarray(labels, dtype=np.int64)


def in_default_layout(images: np.ndarray) -> np.ndarray:
    """Images (n, 3, 32, 32) in the layout of ``image_data_format()``, contiguous."""
    if image_data_format() == "channels_first":
        return np.ascontiguousarray(images)
    return np.ascontiguousarray(images.transpose(0, 2, 3, 1))  # (n, 32, 32, 3)
