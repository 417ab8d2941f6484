"""Text as a list of words, and words as numbers by hashing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    input_text: str = "", filters: str = FILTERS, lower: bool = True, split: str = " ", text: str | None = None
) -> list[str]:
    """Split a text into words.

    Args:
        input_text: the text.
        filters: characters that count as separators.
        lower: whether letters become small.
        split: the separator.
        text: Keras 1's name of ``input_text``.

    Example:
        >>> text_to_word_sequence("The cat, the hat.")
        ['the', 'cat', 'the', 'hat']
    """
    found = input_text if text is None else text
    found = found.lower() if lower else found
    return [word for word in found.translate({ord(character): split for character in filters}).split(split) if word]


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers from 1 to ``n - 1``, by Python's hash: other numbers in each run.

    Args:
        input_text: the text.
        n: the number of numbers, and one more.
        filters, lower, split, analyzer: as for ``hashing_trick``.
    """
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


def hashing_trick(
    text: str,
    n: int,
    hash_function: Any = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers from 1 to ``n - 1``; two words may have the same.

    Args:
        text: the text.
        n: the number of numbers, and one more.
        hash_function: a function of a word; ``"md5"`` for the same numbers in each run; default Python's ``hash``.
        filters, lower, split: as for ``text_to_word_sequence``.
        analyzer: another way to split a text.

    Example:
        >>> hashing_trick("a b a", 100, "md5")
        [74, 84, 74]
    """
    number: Callable[[str], int] = hash if hash_function is None else hash_function
    if hash_function == "md5":
        number = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)
    words = text_to_word_sequence(text, filters, lower, split) if analyzer is None else analyzer(text)
    return [number(word) % (n - 1) + 1 for word in words]
