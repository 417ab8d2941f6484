"""CIFAR-10: 60,000 colour pictures of 32x32 pixels in ten classes."""

from __future__ import annotations

import numpy as np

from wubu.datasets.cifar import CifarArchive, in_default_layout
from wubu.datasets.splitting import Split

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_ARCHIVE = CifarArchive(
    url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    inner="cifar-10-batches-py",
)
_TRAIN = tuple(f"data_batch_{number}" for number in range(1, 6))


def load_data() -> Split:
    """Load CIFAR-10 from ``$KERAS_HOME/datasets``, downloading it if it is missing.

    A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images uint8 (50000, 32, 32, 3) and (10000, 32, 32, 3)
        with values 0..255 ((n, 3, 32, 32) where ``image_data_format()`` is ``"channels_first"``), labels
        uint8 (50000, 1) and (10000, 1), 0..9 in the order of ``CLASS_NAMES``.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
        FileFormatError: the archive that is there does not hold CIFAR-10.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.cifar10.load_data()
    """
    *train, (x_test, y_test) = _ARCHIVE.load((*_TRAIN, "test_batch"), "labels")
    x_train = np.concatenate([images for images, _ in train])
    y_train = np.concatenate([labels for _, labels in train])
    return (
        (in_default_layout(x_train), y_train.astype(np.uint8)[:, None]),
        (in_default_layout(x_test), y_test.astype(np.uint8)[:, None]),
    )
