"""Texts as lists of word ranks: what IMDB and Reuters share.

A word is its rank by frequency, plus ``index_from`` so that small numbers are free: 0 pads, 1 starts a
text, 2 stands for a word left out. All texts are handled as one flat array, which is many times faster than
word by word.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from wubu.datasets.cache import cache_path
from wubu.datasets.checksums import file_digest
from wubu.datasets.downloads import fetch, say
from wubu.errors import DataError, FileFormatError


def encode(
    texts: Sequence[Sequence[int]],
    labels: np.ndarray,
    *,
    num_words: int | None,
    skip_top: int,
    maxlen: int | None,
    start_char: int | None,
    oov_char: int | None,
    index_from: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number the words of texts, as Keras's loaders do, and leave out what is asked for.

    Args:
        texts: word ranks, 1 for the most frequent word.
        labels: one per text.
        num_words: numbers from here on are left out; None keeps all but the very largest one (as Keras does).
        skip_top: numbers below this are left out.
        maxlen: only texts shorter than this are kept, their start included; None or 0 keeps all.
        start_char: number put before each text; None for none.
        oov_char: number that replaces a word left out; None drops the word.
        index_from: added to every rank.

    Returns:
        An object array of lists (k,), the labels of the texts kept (k,), and their places in the input (k,).

    Raises:
        DataError: no text is shorter than ``maxlen``.
    """
    lengths = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    words = np.fromiter(itertools.chain.from_iterable(texts), np.int64, int(lengths.sum()))
    words += index_from or 0
    if start_char is not None:
        words = np.insert(words, np.cumsum(lengths) - lengths, start_char)
        lengths = lengths + 1
    kept = np.arange(len(lengths))
    if maxlen:
        short = lengths < maxlen
        words, lengths, kept = words[np.repeat(short, lengths)], lengths[short], kept[short]
    if not len(lengths):
        raise DataError(
            f"Expected texts shorter than maxlen. Received: maxlen={maxlen}, none is. Increase it"
        )
    limit = num_words or int(words.max(initial=0))
    inside = (words >= skip_top) & (words < limit)
    if oov_char is not None:
        words = np.where(inside, words, oov_char)
    else:
        lengths = np.bincount(np.repeat(np.arange(len(lengths)), lengths)[inside], minlength=len(lengths))
        words = words[inside]
    return as_lists(words, lengths), np.asarray(labels)[kept], kept


def as_lists(flat: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Cut a flat array into an object array of Python lists (n,)."""
    numbers = flat.tolist()
    lists = np.empty(len(lengths), dtype=object)
    end = 0
    for row, length in enumerate(lengths.tolist()):
        lists[row] = numbers[end : end + length]
        end += length
    return lists


def texts_problem(arrays: Mapping[str, np.ndarray], texts: str, labels: str) -> str | None:
    """What is wrong with a pair of arrays of texts and labels, or None."""
    x, y = arrays[texts], arrays[labels]
    if x.ndim != 1 or x.dtype != object or not len(x) or not all(isinstance(text, list) for text in x):
        return f"{texts} to be an array of lists of word numbers, received {x.dtype} {x.shape}"
    if y.shape != x.shape or y.dtype.kind not in "iu":
        return f"{labels} to be {len(x)} whole numbers, received {y.dtype} {y.shape}"
    return None


def load_word_index(path: str | os.PathLike[str], url: str, md5: str) -> dict[str, int]:
    """Load a word -> rank table (JSON) from the cache or from the network."""

    def read(file: Path, downloaded: bool) -> dict[str, int]:
        found = file_digest(file, "md5")
        problem = f"Expected a file with the md5 {md5[:16]}…, received {found[:16]}…"
        if downloaded and found != md5:
            raise FileFormatError(problem)
        try:
            table = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise FileFormatError(f"Expected JSON in {file}: {error}") from error
        if not isinstance(table, dict):
            raise FileFormatError(f"Expected a table of words in {file}. Received: {type(table).__name__}")
        if found != md5:
            say(f"{file} is not the published file ({problem}), but it is a table of words; using it.")
        return table

    return fetch(cache_path(path), [url], read)
