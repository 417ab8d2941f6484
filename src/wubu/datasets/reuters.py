"""Reuters: 11,228 news messages as word numbers, in 46 topics."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from wubu.datasets.npz_files import KERAS_STORE, NpzFile
from wubu.datasets.sequences import encode, load_word_index, texts_problem
from wubu.datasets.splitting import Split, check_test_split

CLASS_NAMES = tuple(
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton "
    "carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock "
    "retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead".split()
)


def _shape_problem(arrays: Mapping[str, np.ndarray]) -> str | None:
    return texts_problem(arrays, "x", "y")


_FILE = NpzFile(
    urls=(f"{KERAS_STORE}reuters.npz",),
    names=("x", "y"),
    shape_problem=_shape_problem,
    file_sha256="d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
)


def load_data(
    path: str | os.PathLike[str] = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Split:
    """Load the messages from ``$KERAS_HOME/datasets``, downloading them if they are missing.

    D. D. Lewis, Reuters-21578 text categorization collection, 1987 (distribution 1.0, 1997).

    Args:
        path: the file's name below the data sets' folder, or an absolute path.
        num_words: word numbers from here on are left out; None keeps all.
        skip_top: word numbers below this are left out.
        maxlen: only messages shorter than this are kept; None keeps all.
        test_split: share of test rows, at least 0 and below 1.
        seed: of the order.
        start_char: number put before each message; None for none.
        oov_char: number that stands for a word left out; None drops the word.
        index_from: added to a word's rank, so that small numbers are free.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: object arrays of lists of numbers, labels int64 0..45 in
        the order of ``CLASS_NAMES``; 8,982 and 2,246 rows by default.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
        DataError: no message is shorter than ``maxlen``.

    Example::

        (x_train, y_train), _ = wubu.datasets.reuters.load_data(num_words=10000)
    """
    check_test_split(test_split)
    a = _FILE.load(path)
    order = np.arange(len(a["x"]))
    np.random.RandomState(seed).shuffle(order)
    x, y, _ = encode(
        list(a["x"][order]),
        a["y"][order],
        num_words=num_words,
        skip_top=skip_top,
        maxlen=maxlen,
        start_char=start_char,
        oov_char=oov_char,
        index_from=index_from,
    )
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def get_word_index(path: str | os.PathLike[str] = "reuters_word_index.json") -> dict[str, int]:
    """Return word -> rank, 1 for the most frequent; ``load_data``'s lists hold the rank plus ``index_from``.

    Args:
        path: the file's name below the data sets' folder, or an absolute path.

    Raises:
        DownloadError: it is not in the cache and cannot be downloaded; the message says where to put it.
    """
    return load_word_index(path, f"{KERAS_STORE}reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921")


def get_label_names() -> tuple[str, ...]:
    """The topics' names, in the order of the labels."""
    return CLASS_NAMES
