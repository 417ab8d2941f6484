"""What tf_keras's DenseFeatures makes of a table, printed as JSON; and the same here, without TensorFlow's help."""

from __future__ import annotations

import json


def table():
    """Columns of a table."""
    return {
        "age": [23.0, 41.0, 67.0, 30.0],
        "size": [[1.0, 2.0], [0.5, -1.0], [3.0, 0.0], [-2.0, 7.0]],
        "thal": ["fixed", "normal", "unknown", ""],
        "zip": [10115, 20095, 80331, 10115],
        "kind": [0, 3, 1, 2],
        "words": [["a", "b"], ["b", "b"], ["c", ""], ["", ""]],
    }


def columns(fc, whole="int64"):
    """Columns of every kind, by a name; ``fc`` is tf.feature_column, ``whole`` its type of whole numbers."""
    age = fc.numeric_column("age")
    size = fc.numeric_column("size", shape=(2,))
    buckets = fc.bucketized_column(age, [30.0, 50.0])
    thal = fc.categorical_column_with_vocabulary_list("thal", ["fixed", "normal", "reversible"])
    some = fc.categorical_column_with_vocabulary_list("thal", ["fixed", "normal"], num_oov_buckets=3)
    first = fc.categorical_column_with_vocabulary_list("thal", ["fixed", "normal"], default_value=0)
    words = fc.categorical_column_with_vocabulary_list("words", ["a", "b", "c"])
    zips = fc.categorical_column_with_hash_bucket("zip", 7, dtype=whole)
    hashed = fc.categorical_column_with_hash_bucket("thal", 11)
    kind = fc.categorical_column_with_identity("kind", 4)

    def fixed(shape, dtype=None, **kwargs):
        import numpy as np

        return np.arange(np.prod([int(n) for n in shape]), dtype="float32").reshape([int(n) for n in shape])

    found = {
        "numeric": [age, size],
        "normalised": [fc.numeric_column("age", normalizer_fn=lambda x: (x - 40.0) / 10.0)],
        "buckets": [buckets, fc.bucketized_column(size, [0.0, 1.0])],
        "vocabulary": [fc.indicator_column(thal)],
        "buckets behind": [fc.indicator_column(some)],
        "default": [fc.indicator_column(first)],
        "several": [fc.indicator_column(words)],
        "hash": [fc.indicator_column(hashed)],
        "hash of numbers": [fc.indicator_column(zips)],
        "identity": [fc.indicator_column(kind)],
        "cross": [fc.indicator_column(fc.crossed_column([buckets, thal], 13))],
        "cross of keys": [fc.indicator_column(fc.crossed_column(["thal", "words"], 17))],
        "order": [fc.indicator_column(thal), buckets, age],
    }
    for combiner in ("mean", "sum", "sqrtn"):
        found[combiner] = [fc.embedding_column(words, 2, combiner, initializer=fixed)]
    return found


if __name__ == "__main__":
    import tensorflow as tf
    import tf_keras

    given = {key: tf.constant(values) for key, values in table().items()}
    every = columns(tf.feature_column, tf.int64)
    made = {name: tf_keras.layers.DenseFeatures(parts)(given).numpy().tolist() for name, parts in every.items()}
    print(json.dumps(made))
