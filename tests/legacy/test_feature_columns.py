"""``tf.feature_column`` and ``DenseFeatures``: values TensorFlow gives, training, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from wubu import Sequential, layers
from wubu.errors import ArgumentError
from wubu.legacy import feature_columns as fc
from wubu.legacy.dense_features import DenseFeatures

TABLE = {
    "age": np.array([23.0, 41.0, 67.0, 30.0], "float32"),
    "thal": np.array(["fixed", "normal", "unknown", ""]),
    "words": np.array([["a", "b"], ["b", "b"], ["c", ""], ["", ""]]),
}
AGE = fc.numeric_column("age")
BUCKETS = fc.bucketized_column(AGE, [30, 50])
THAL = fc.categorical_column_with_vocabulary_list("thal", ["fixed", "normal", "reversible"])
WORDS = fc.categorical_column_with_vocabulary_list("words", ["a", "b", "c"])


def values(*columns):
    return np.asarray(DenseFeatures(list(columns))(TABLE).detach())


def test_buckets_begin_at_their_boundary():
    assert values(BUCKETS).argmax(1).tolist() == [0, 1, 2, 1]


def test_unknown_and_missing_values_count_nothing():
    np.testing.assert_array_equal(values(fc.indicator_column(THAL)), [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(values(fc.indicator_column(WORDS)), [[1, 1, 0], [0, 2, 0], [0, 0, 1], [0, 0, 0]])


def test_columns_come_in_the_order_of_their_names():
    made = values(fc.indicator_column(THAL), AGE)
    assert made[:, 0].tolist() == TABLE["age"].tolist() and made.shape == (4, 4)


def test_crosses_have_tensorflows_buckets():
    made = values(fc.indicator_column(fc.crossed_column([BUCKETS, THAL], 13)))
    assert [np.flatnonzero(row).tolist() for row in made] == [[7], [11], [1], []]  # unknown counts, missing does not
    made = values(fc.indicator_column(fc.crossed_column(["thal", "words"], 17)))
    assert [np.repeat(range(17), row.astype(int)).tolist() for row in made] == [[3, 16], [7, 7], [7, 8], [2, 2]]


@pytest.mark.parametrize(("combiner", "wanted"), [("mean", [1, 2]), ("sum", [2, 4]), ("sqrtn", [2 / 2**0.5, 4 / 2**0.5])])
def test_embeddings_are_combined(combiner, wanted):
    def begin(shape, dtype=None):
        return np.arange(6, dtype="float32").reshape(shape)

    made = values(fc.embedding_column(WORDS, 2, combiner, initializer=begin))
    np.testing.assert_allclose(made[0], wanted, rtol=1e-6)
    np.testing.assert_array_equal(made[3], [0, 0])


def test_a_network_learns_from_a_table():
    rng = np.random.RandomState(0)
    table = {"age": rng.randint(20, 80, 128), "thal": rng.choice(["fixed", "normal"], 128)}
    target = ((table["age"] > 50) ^ (table["thal"] == "normal")).astype("float32")
    crossed = fc.crossed_column([fc.bucketized_column(AGE, [35, 50, 65]), THAL], 60)
    model = Sequential(
        [DenseFeatures([fc.embedding_column(THAL, 4), fc.indicator_column(crossed)]), layers.Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], run_eagerly=True)
    losses = model.fit(table, target, epochs=12, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert [w.shape for w in model.layers[0].trainable_weights] == [(3, 4)]


def test_what_cannot_be():
    with pytest.raises(ArgumentError, match="indicator_column"):
        DenseFeatures([THAL])
    with pytest.raises(ArgumentError, match="ascending"):
        fc.bucketized_column(AGE, [3, 2])
    with pytest.raises(ArgumentError, match="'size'"):
        DenseFeatures([fc.numeric_column("size")])(TABLE)
    with pytest.raises(ArgumentError, match="from 0 to 1"):
        DenseFeatures([fc.indicator_column(fc.categorical_column_with_identity("age", 2))])(TABLE)
