"""Pairs of words that stand near each other, and of words that do not (Mikolov et al., 2013)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """How probably each word is kept, frequent ones less so.

    ``p = min(1, sqrt(f / t) / (f / t))`` with a frequency ``f`` that follows Zipf's law: ``1 / f`` is about
    ``rank · (ln(rank) + γ) + 1/2 - 1 / (12 · rank)``.

    Args:
        size: the number of words; word i is the i-th most frequent.
        sampling_factor: ``t``.
    """
    rank = np.arange(size)
    rank[:1] = 1
    inverse = rank * (np.log(rank) + 0.577) + 0.5 - 1.0 / (12.0 * rank)
    f = sampling_factor * inverse
    return np.minimum(1.0, f / np.sqrt(f))


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Pairs of a word with one near it (label 1), and of the word with any word (label 0).

    Args:
        sequence: word numbers; 0 stands for no word.
        vocabulary_size: the number of words, and one more.
        window_size: how far the second word may be.
        negative_samples: how many pairs of label 0 for each of label 1.
        shuffle: whether the pairs come in random order.
        categorical: labels ``[0, 1]`` and ``[1, 0]`` instead of 1 and 0.
        sampling_table: for each word, how probably it is kept.
        seed: of the order.

    Returns:
        Pairs and labels.
    """
    pairs: list[list[int]] = []
    labels: list[Any] = []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                pairs.append([word, sequence[j]])
                labels.append([0, 1] if categorical else 1)
    if negative_samples > 0:
        words = [pair[0] for pair in pairs]
        random.shuffle(words)
        count = int(len(labels) * negative_samples)
        pairs += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
        labels += [[1, 0] if categorical else 0] * count
    if shuffle:
        order = list(range(len(pairs)))
        random.Random(random.randint(0, 10**6) if seed is None else seed).shuffle(order)
        pairs, labels = [pairs[i] for i in order], [labels[i] for i in order]
    return pairs, labels
