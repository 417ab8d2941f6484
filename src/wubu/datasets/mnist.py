"""MNIST: 70,000 handwritten digits, 28x28 grey pixels."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from wubu.core.files import atomic_open
from wubu.datasets.cache import cache_path
from wubu.datasets.checksums import array_digest
from wubu.datasets.idx import load_idx_set
from wubu.datasets.npz_files import KERAS_STORE, Arrays, NpzFile
from wubu.datasets.splitting import Split
from wubu.errors import DownloadError, FileFormatError

CLASS_NAMES = tuple("0123456789")

_SHAPES = {
    "x_train": (60000, 28, 28),
    "y_train": (60000,),
    "x_test": (10000, 28, 28),
    "y_test": (10000,),
}
# The same images as four IDX files, where no mirror has the .npz.
_IDX_BASES = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def _shape_problem(arrays: Mapping[str, np.ndarray]) -> str | None:
    for name, shape in _SHAPES.items():
        if arrays[name].shape != shape or arrays[name].dtype != np.uint8:
            found = f"{arrays[name].dtype} {arrays[name].shape}"
            return f"{name} to be bytes of shape {shape}, received {found}"
    return None


_FILE = NpzFile(
    urls=(f"{KERAS_STORE}mnist.npz", "https://s3.amazonaws.com/img-datasets/mnist.npz"),
    names=tuple(_SHAPES),
    shape_problem=_shape_problem,
    arrays_sha256="db86991c853d4cc072f4224cebdeea49b3a17fa2b3546b067a7c726007c36e24",
    file_sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    bytes_only=True,
)


def load_data(path: str | os.PathLike[str] = "mnist.npz") -> Split:
    """Load MNIST from ``$KERAS_HOME/datasets``, downloading it if it is missing or not good.

    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits (CC BY-SA 3.0).

    Args:
        path: the file's name below the data sets' folder, or an absolute path. What is checked is the
            images and labels, so that a file packed anew is good. A file that is not good is kept as
            ``NAME.bad-1``.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images uint8 (60000, 28, 28) and (10000, 28, 28) with values
        0..255, labels uint8 (60000,) and (10000,), 0..9.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
        FileFormatError: the file at an absolute path is not MNIST.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.mnist.load_data()
        x_train = x_train.reshape(60000, 784).astype("float32") / 255
    """
    try:
        a = _FILE.load(path)
    except DownloadError as error:
        a = _from_idx(path, error)
    return (a["x_train"], a["y_train"]), (a["x_test"], a["y_test"])


def _from_idx(path: str | os.PathLike[str], npz_error: DownloadError) -> Arrays:
    """The same arrays from the four original files (also if somebody put them into ``datasets/mnist``)."""
    try:
        arrays = load_idx_set("mnist", _IDX_BASES)
    except DownloadError as error:
        raise npz_error from error  # the advice about one file is easier to follow than about four
    problem = _shape_problem(arrays)
    if problem or array_digest(arrays) != _FILE.arrays_sha256:
        raise FileFormatError(
            f"Expected the images and labels of MNIST in the IDX files of {cache_path('mnist')}; they differ"
            f"{f': {problem}' if problem else ''}. Remove those files to get them again"
        )
    with atomic_open(cache_path(path), "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return arrays
