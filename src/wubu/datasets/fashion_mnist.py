"""Fashion-MNIST: 70,000 grey pictures of clothes, 28x28 pixels, in ten classes."""

from __future__ import annotations

from wubu.datasets.idx import load_idx_set
from wubu.datasets.npz_files import KERAS_STORE
from wubu.datasets.splitting import Split

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_BASES = (
    KERAS_STORE,
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)


def load_data() -> Split:
    """Load Fashion-MNIST from ``$KERAS_HOME/datasets/fashion-mnist``, downloading what is missing.

    Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
    Algorithms, 2017 (MIT licence). The files carry gzip's checksum and their own lengths; both are
    verified.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images uint8 (60000, 28, 28) and (10000, 28, 28) with values
        0..255, labels uint8 (60000,) and (10000,), 0..9 in the order of ``CLASS_NAMES``.

    Raises:
        DownloadError: a file is missing and cannot be downloaded; the message says where to put it.

    Example::

        (x_train, y_train), (x_test, y_test) = wubu.datasets.fashion_mnist.load_data()
    """
    a = load_idx_set("fashion-mnist", _BASES)
    return (a["x_train"], a["y_train"]), (a["x_test"], a["y_test"])
