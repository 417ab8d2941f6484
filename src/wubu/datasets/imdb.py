"""IMDB: 50,000 film reviews as word numbers, praise (1) or blame (0)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from wubu.datasets.npz_files import KERAS_STORE, NpzFile
from wubu.datasets.sequences import encode, load_word_index, texts_problem
from wubu.datasets.splitting import Split
from wubu.errors import UnknownArgumentError

CLASS_NAMES = ("negative", "positive")


def _shape_problem(arrays: Mapping[str, np.ndarray]) -> str | None:
    return texts_problem(arrays, "x_train", "y_train") or texts_problem(arrays, "x_test", "y_test")


_FILE = NpzFile(
    urls=(f"{KERAS_STORE}imdb.npz",),
    names=("x_train", "y_train", "x_test", "y_test"),
    shape_problem=_shape_problem,
    file_sha256="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
)


def load_data(
    path: str | os.PathLike[str] = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> Split:
    """Load the reviews from ``$KERAS_HOME/datasets``, downloading them if they are missing.

    A. L. Maas et al., Learning Word Vectors for Sentiment Analysis, ACL 2011.

    Args:
        path: the file's name below the data sets' folder, or an absolute path.
        num_words: word numbers from here on are left out; None keeps all.
        skip_top: word numbers below this are left out.
        maxlen: only reviews shorter than this are kept; None keeps all.
        seed: of the order.
        start_char: number put before each review; None for none.
        oov_char: number that stands for a word left out; None drops the word.
        index_from: added to a word's rank, so that small numbers are free.
        **kwargs: ``nb_words``, the old name of ``num_words``.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: object arrays of lists of numbers (25000,), labels int64
        (25000,).

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
        DataError: no review is shorter than ``maxlen``.

    Example::

        (x_train, y_train), _ = wubu.datasets.imdb.load_data(num_words=10000)
    """
    if "nb_words" in kwargs:
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise UnknownArgumentError(
            "imdb.load_data", kwargs, ["num_words", "skip_top", "maxlen", "index_from"]
        )
    a = _FILE.load(path)
    generator = np.random.RandomState(seed)
    order = np.arange(len(a["x_train"]))
    generator.shuffle(order)
    x_train, y_train = a["x_train"][order], a["y_train"][order]
    order = np.arange(len(a["x_test"]))
    generator.shuffle(order)
    x_test, y_test = a["x_test"][order], a["y_test"][order]
    # both parts at once: the largest word number is that of the two together
    x, y, kept = encode(
        [*x_train, *x_test],
        np.concatenate([y_train, y_test]),
        num_words=num_words,
        skip_top=skip_top,
        maxlen=maxlen,
        start_char=start_char,
        oov_char=oov_char,
        index_from=index_from,
    )
    cut = int(np.searchsorted(kept, len(x_train)))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def get_word_index(path: str | os.PathLike[str] = "imdb_word_index.json") -> dict[str, int]:
    """Return word -> rank, 1 for the most frequent; ``load_data``'s lists hold the rank plus ``index_from``.

    Args:
        path: the file's name below the data sets' folder, or an absolute path.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
    """
    return load_word_index(path, f"{KERAS_STORE}imdb_word_index.json", "bfafd718b763782e994055a2d397834f")
