"""Sequences and text, against Keras's own."""

from __future__ import annotations

import random

import numpy as np
import pytest

from wubu.preprocessing import sequence, text

keras = pytest.importorskip("keras")
theirs_sequence = pytest.importorskip("keras.src.legacy.preprocessing.sequence")
theirs_text = pytest.importorskip("keras.src.legacy.preprocessing.text")

TEXTS = ["The cat sat on the mat.", "The dog ate my homework!", "Dogs and cats", ""]


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [None, 2, 5])
def test_pad_sequences(padding, truncating, maxlen):
    rows = [[1, 2, 3], [4], [], [5, 6, 7, 8]]
    options = {"maxlen": maxlen, "padding": padding, "truncating": truncating, "value": 9}
    np.testing.assert_array_equal(sequence.pad_sequences(rows, **options), keras.utils.pad_sequences(rows, **options))


@pytest.mark.parametrize("mode", ["binary", "count", "freq", "tfidf"])
@pytest.mark.parametrize("options", [{}, {"num_words": 5}, {"oov_token": "<u>"}, {"char_level": True}, {"lower": False}])
def test_tokenizer(mode, options):
    ours, theirs = text.Tokenizer(**options), theirs_text.Tokenizer(**options)
    for one in (ours, theirs):
        one.fit_on_texts(TEXTS[:3])
    assert ours.word_index == theirs.word_index and dict(ours.word_docs) == dict(theirs.word_docs)
    new = [*TEXTS[:3], "an unknown dog"]
    assert ours.texts_to_sequences(new) == theirs.texts_to_sequences(new)
    numbers = ours.texts_to_sequences(new)
    assert ours.sequences_to_texts(numbers) == theirs.sequences_to_texts(numbers)
    np.testing.assert_allclose(ours.texts_to_matrix(TEXTS[:3], mode), theirs.texts_to_matrix(TEXTS[:3], mode))
    again = text.tokenizer_from_json(theirs.to_json())
    assert again.texts_to_sequences(new) == ours.texts_to_sequences(new)


def test_words_and_hashes():
    for one in TEXTS:
        assert text.text_to_word_sequence(one) == theirs_text.text_to_word_sequence(one)
        assert text.hashing_trick(one, 50, "md5") == theirs_text.hashing_trick(one, 50, "md5")
        assert text.one_hot(one, 50) == theirs_text.one_hot(one, 50)


def test_sampling_table_and_skipgrams():
    np.testing.assert_allclose(sequence.make_sampling_table(50), theirs_sequence.make_sampling_table(50))
    found = []
    for module in (sequence, theirs_sequence):
        random.seed(0)
        found.append(module.skipgrams([1, 2, 0, 3, 4], 6, window_size=2, negative_samples=0, shuffle=False))
    assert [list(map(list, f[0])) for f in found][0] == [list(p) for p in found[1][0]] and found[0][1] == found[1][1]


@pytest.mark.parametrize(
    "options", [{}, {"sampling_rate": 2}, {"stride": 3, "reverse": True}, {"start_index": 5, "end_index": 30}]
)
def test_timeseries_generator(options):
    data, targets = np.arange(80.0).reshape(40, 2), np.arange(40)
    ours = sequence.TimeseriesGenerator(data, targets, length=6, batch_size=4, **options)
    theirs = theirs_sequence.TimeseriesGenerator(data, targets, length=6, batch_size=4, **options)
    assert len(ours) == len(theirs)
    for i in range(len(ours)):
        for a, b in zip(ours[i], theirs[i]):
            np.testing.assert_array_equal(a, b)
