"""CIFAR-100: 60,000 colour pictures of 32x32 pixels in a hundred classes, or in twenty groups of them."""

from __future__ import annotations

from wubu.datasets.cifar import CifarArchive, in_default_layout
from wubu.datasets.splitting import Split
from wubu.errors import ArgumentError

_ARCHIVE = CifarArchive(
    url="https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
    sha256="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    inner="cifar-100-python",
)


def load_data(label_mode: str = "fine") -> Split:
    """Load CIFAR-100 from ``$KERAS_HOME/datasets``, downloading it if it is missing.

    A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.

    Args:
        label_mode: ``"fine"`` for the hundred classes, ``"coarse"`` for the twenty groups.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images uint8 (50000, 32, 32, 3) and (10000, 32, 32, 3)
        with values 0..255 ((n, 3, 32, 32) where ``image_data_format()`` is ``"channels_first"``), labels
        int64 (50000, 1) and (10000, 1).

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
        FileFormatError: the archive that is there does not hold CIFAR-100.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.cifar100.load_data("coarse")
    """
    if label_mode not in ("fine", "coarse"):
        raise ArgumentError(f"Expected label_mode to be 'fine' or 'coarse'. Received: {label_mode!r}")
    (x_train, y_train), (x_test, y_test) = _ARCHIVE.load(("train", "test"), f"{label_mode}_labels")
    return (in_default_layout(x_train), y_train[:, None]), (in_default_layout(x_test), y_test[:, None])
