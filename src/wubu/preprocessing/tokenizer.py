"""Words numbered by how often they occur."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from wubu.core import legacy
from wubu.errors import ArgumentError, UnknownArgumentError
from wubu.preprocessing.words import FILTERS, text_to_word_sequence


class Tokenizer:
    """Learns the words of texts and numbers them from 1, the most frequent first.

    Args:
        num_words: only the ``num_words - 1`` most frequent words are used; None for all. ``nb_words`` is Keras 1's name.
        filters: characters that count as separators.
        lower: whether letters become small.
        split: what separates words.
        char_level: whether each character is a word.
        oov_token: a word that stands for all that are not known; it gets number 1.
        analyzer: another way to split a text.

    Attributes:
        word_index, index_word: the number of a word, and the word of a number.
        word_counts, word_docs, index_docs: how often a word occurs, and in how many texts.
        document_count: how many texts were learned from.

    Example:
        >>> tokenizer = Tokenizer()
        >>> tokenizer.fit_on_texts(["the cat", "the hat"])
        >>> tokenizer.texts_to_sequences(["a hat the cat wore"])
        [[3, 1, 2]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            legacy.note("nb_words=", "num_words=")
            num_words = kwargs.pop("nb_words")
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            known = ["num_words", "filters", "lower", "split", "char_level", "oov_token", "analyzer"]
            raise UnknownArgumentError("Tokenizer(…)", kwargs, known)
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: defaultdict[str, int] = defaultdict(int)
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.index_docs: defaultdict[int, int] = defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Any) -> Sequence[str]:
        """The words of a text; a list counts as split already."""
        if self.char_level or isinstance(text, list | tuple):
            if not self.lower:
                return text
            return [word.lower() for word in text] if isinstance(text, list | tuple) else text.lower()
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, filters=self.filters, lower=self.lower, split=self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Learn the words of texts; a text is a string or a list of words."""
        for text in texts:
            self.document_count += 1
            counts = Counter(self._words(text))
            for word, count in counts.items():
                self.word_counts[word] = self.word_counts.get(word, 0) + count
                self.word_docs[word] += 1
        ranked = sorted(self.word_counts.items(), key=lambda item: item[1], reverse=True)
        words = ([] if self.oov_token is None else [self.oov_token]) + [word for word, _ in ranked]
        self.word_index = {word: number for number, word in enumerate(words, 1)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Sequence[int]]) -> None:
        """Learn from texts that are numbers already, for ``sequences_to_matrix``."""
        for sequence in sequences:
            self.document_count += 1
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """Texts as lists of numbers; unknown words are left out, or stand as ``oov_token``."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """``texts_to_sequences`` one by one."""
        unknown = None if self.oov_token is None else self.word_index.get(self.oov_token)
        for text in texts:
            numbers = (self._number(word, unknown) for word in self._words(text))
            yield [number for number in numbers if number is not None]

    def _number(self, word: str, unknown: int | None) -> int | None:
        number = self.word_index.get(word)
        return unknown if number is None or (self.num_words and number >= self.num_words) else number

    def sequences_to_texts(self, sequences: Iterable[Sequence[int]]) -> list[str]:
        """Lists of numbers as texts, words separated by spaces."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Sequence[int]]) -> Iterator[str]:
        """``sequences_to_texts`` one by one."""
        unknown = self.oov_token
        for sequence in sequences:
            words = (
                unknown if self.num_words and number >= self.num_words else self.index_word.get(number, unknown)
                for number in sequence
            )
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """Texts as rows with a column for each word; see ``sequences_to_matrix``."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences: Sequence[Sequence[int]], mode: str = "binary") -> np.ndarray:
        """Lists of numbers as rows with a column for each word.

        Args:
            sequences: what ``texts_to_sequences`` gave.
            mode: ``"binary"`` (whether a word occurs), ``"count"``, ``"freq"`` (its share), or ``"tfidf"``:
                ``(1 + ln count) · ln(1 + texts / (1 + texts with the word))``.
        """
        if not self.num_words and not self.word_index:
            raise ArgumentError("Specify a dimension (`num_words` argument), or fit on some text data first.")
        if mode == "tfidf" and not self.document_count:
            raise ArgumentError("Fit the Tokenizer on some data before using tfidf mode.")
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ArgumentError(f"Expected mode 'binary', 'count', 'freq' or 'tfidf'. Received: {mode!r}")
        width = self.num_words or len(self.word_index) + 1
        made = np.zeros((len(sequences), width))
        for row, sequence in zip(made, sequences):
            for number, count in Counter(n for n in sequence if n < width).items():
                if mode == "binary":
                    row[number] = 1
                elif mode == "count":
                    row[number] = count
                elif mode == "freq":
                    row[number] = count / len(sequence)
                else:
                    rare = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
                    row[number] = (1 + np.log(count)) * rare
        return made

    def get_config(self) -> dict[str, Any]:
        """The settings and what was learned; tables as JSON."""
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            "word_counts": json.dumps(self.word_counts),
            "word_docs": json.dumps(self.word_docs),
            "index_docs": json.dumps(self.index_docs),
            "index_word": json.dumps(self.index_word),
            "word_index": json.dumps(self.word_index),
        }

    def to_json(self, **kwargs: Any) -> str:
        """The config as JSON, for ``tokenizer_from_json``."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Make a tokenizer from what ``to_json`` gave, here or in Keras 2."""
    config = dict(json.loads(json_string)["config"])
    learned = {
        name: json.loads(config.pop(name)) for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    }
    made = Tokenizer(**config)
    made.word_counts = OrderedDict(learned["word_counts"])
    made.word_docs = defaultdict(int, learned["word_docs"])
    made.index_docs = defaultdict(int, {int(k): v for k, v in learned["index_docs"].items()})
    made.index_word = {int(k): v for k, v in learned["index_word"].items()}
    made.word_index = learned["word_index"]
    return made
