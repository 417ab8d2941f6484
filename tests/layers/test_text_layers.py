"""Hashes, lookups and texts: the numbers that TensorFlow and Keras 3.15 gave, and what models do with strings."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import torch

import wubu
from wubu import layers
from wubu.errors import WubuError
from wubu.layers.preprocessing.fingerprints import fingerprint, keyed

GIVEN = json.loads((Path(__file__).parent / "texts_by_tensorflow.json").read_text(encoding="utf-8"))
VECTORS = {
    "int": {},
    "seq": {"output_sequence_length": 3},
    "max": {"max_tokens": 5},
    "multi": {"output_mode": "multi_hot"},
    "count": {"output_mode": "count"},
    "tfidf": {"output_mode": "tf_idf"},
    "ngram": {"ngrams": 2, "output_mode": "count"},
    "char": {"split": "character"},
    "none": {"standardize": None},
    "pad": {"output_mode": "count", "max_tokens": 20, "pad_to_max_tokens": True},
}


def same(made, case):
    wanted = np.array(case["out"])
    assert tuple(made.shape) == wanted.shape
    assert case["dtype"] == f"<dtype: '{str(made.dtype).removeprefix('torch.')}'>"
    np.testing.assert_allclose(made.numpy(), wanted, rtol=1e-6)


def test_fingerprints():
    words = [word.encode() for word in GIVEN["words"]]
    assert [fingerprint(word) % 2**62 for word in words] == GIVEN["fast"]
    assert [keyed(word, (133, 137)) % 2**62 for word in words] == GIVEN["strong"]
    crossed = layers.HashedCrossing(1000)((np.array(["a", "b", "hello"]), np.array([1, 2, -3])))
    assert crossed.tolist() == GIVEN["cross"]


@pytest.mark.parametrize("name", GIVEN["hash"])
def test_hashing(name):
    case = GIVEN["hash"][name]
    same(layers.Hashing(**case["kw"])(np.array(case["x"])), case)


@pytest.mark.parametrize("name", VECTORS)
def test_text_vectorization(name):
    layer, case, texts = layers.TextVectorization(**VECTORS[name]), GIVEN["tv"][name], np.array(GIVEN["texts"])
    layer.adapt(texts)
    assert (layer.get_vocabulary(), layer.vocabulary_size()) == (case["vocab"], case["size"])
    for form in (texts, texts[:, None], texts.astype(object), GIVEN["texts"]):
        same(layer(form), case)
    again = layers.TextVectorization.from_config(layer.get_config())
    if "idf" not in name:
        again.set_vocabulary(layer.get_vocabulary())
        same(again(texts), case)


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k in ("sl", "il") for n in GIVEN[k]])
def test_lookups(kind, name):
    case, data = GIVEN[kind][name], np.array(GIVEN[f"{kind}data"])
    layer = (layers.StringLookup if kind == "sl" else layers.IntegerLookup)(**case["kw"])
    if "vocabulary" not in case["kw"]:
        layer.adapt(data)
    assert layer.get_vocabulary() == (case["vocab"] if kind == "sl" else [int(v) for v in case["vocab"]])
    same(layer(data[:, :1] if name == "onehot" else data), case)


def test_lookups_backwards():
    names = layers.StringLookup(vocabulary=["a", "b"], invert=True)
    assert names(np.array([[2, 1], [0, 9]])).tolist() == [["b", "a"], ["[UNK]", "[UNK]"]]
    assert layers.IntegerLookup(vocabulary=[7, 9], invert=True)(np.array([2, 0])).tolist() == [9, -1]


def test_batches_are_as_good_as_one_array():
    texts = np.array(GIVEN["texts"])
    whole, parts = layers.TextVectorization(), layers.TextVectorization()
    whole.adapt(texts)
    parts.adapt(iter([texts[:2], texts[2:]]))
    assert whole.get_vocabulary() == parts.get_vocabulary()


def test_a_model_that_begins_with_text_trains_and_is_saved(tmp_path):
    texts = np.array(["good film", "bad film", "good", "bad bad"] * 8)
    labels = np.array([1, 0, 1, 0] * 8)
    vectorize = layers.TextVectorization(output_mode="int", output_sequence_length=4)
    vectorize.adapt(texts)
    model = wubu.Sequential(
        [
            wubu.Input(shape=(1,), dtype="string"),
            vectorize,
            layers.Embedding(vectorize.vocabulary_size(), 8),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(wubu.optimizers.Adam(0.05), "binary_crossentropy")
    history = model.fit(texts[:, None], labels, epochs=20, verbose=0).history["loss"]
    assert history[-1] < 0.5 * history[0]
    before = model.predict(texts[:4, None], verbose=0)
    assert (before[:, 0] > 0.5).tolist() == [True, False, True, False]
    model.save(tmp_path / "text.keras")
    again = wubu.saving.load_model(tmp_path / "text.keras")
    np.testing.assert_allclose(again.predict(texts[:4, None], verbose=0), before, rtol=1e-6)


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count"])
def test_category_encoding(mode):
    x = np.array([[1, 3, 3], [0, 2, 1]])
    ours, theirs = layers.CategoryEncoding(4, mode), keras.layers.CategoryEncoding(4, mode)
    np.testing.assert_array_equal(ours(x).numpy(), keras.ops.convert_to_numpy(theirs(x)))
    assert ours.compute_output_shape((2, 3)) == theirs.compute_output_shape((2, 3))
    if mode == "count":
        weights = np.array([[0.5, 1, 2], [1, 1, 1]], "float32")
        made = ours(x, count_weights=weights)
        np.testing.assert_array_equal(made.numpy(), keras.ops.convert_to_numpy(theirs(x, count_weights=weights)))


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
def test_discretization(mode):
    x = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    for arguments in ({"bin_boundaries": [-1.0, 0.0, 0.5]}, {"num_bins": 6}, {"num_bins": 4, "epsilon": 0.1}):
        ours = layers.Discretization(output_mode=mode, **arguments)
        theirs = keras.layers.Discretization(output_mode=mode, **arguments)
        if "num_bins" in arguments:
            ours.adapt(x)
            theirs.update_state(x)
            theirs.finalize_state()
            np.testing.assert_allclose(ours.bin_boundaries, theirs.bin_boundaries, rtol=1e-5)
        np.testing.assert_array_equal(ours(x).numpy(), keras.ops.convert_to_numpy(theirs(x)))
        again = layers.Discretization.from_config(ours.get_config())
        assert torch.equal(again(x), ours(x))


def test_a_config_from_elsewhere_does_not_read_files(tmp_path):
    (tmp_path / "words.txt").write_text("a\nb\n")
    layer = layers.StringLookup(vocabulary=str(tmp_path / "words.txt"))
    assert layer.get_vocabulary() == ["[UNK]", "a", "b"]
    for kind in (layers.StringLookup, layers.TextVectorization):
        config = {**kind().get_config(), "vocabulary": str(tmp_path / "words.txt")}
        with pytest.raises(WubuError, match="safe"):
            kind.from_config(config)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: layers.StringLookup(max_tokens=1),
        lambda: layers.StringLookup(vocabulary=["a", "a"]),
        lambda: layers.StringLookup(vocabulary=[]),
        lambda: layers.StringLookup(num_oov_indices=0, vocabulary=["a"])(np.array(["b"])),
        lambda: layers.StringLookup(vocabulary=["a"]).adapt(["b"]),
        lambda: layers.StringLookup(output_mode="ints"),
        lambda: layers.TextVectorization(split="words"),
        lambda: layers.TextVectorization()(np.array([["a", "b"]])),
        lambda: layers.Hashing(0),
        lambda: layers.CategoryEncoding(),
        lambda: layers.Discretization(),
        lambda: layers.Discretization(num_bins=3)(np.zeros(3, "float32")),
    ],
)
def test_what_cannot_work_says_so(wrong):
    with pytest.raises(WubuError):
        wrong()
