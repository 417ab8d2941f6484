"""Text on its way through data sets, layers and models while a program sees TensorFlow's tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

WORDS = ["x", "y", "z"]


def test_a_model_is_trained_on_a_data_set_with_text(tf: Any) -> None:
    table = {"a": np.array(WORDS * 30)[:, None], "b": np.ones((90, 1), "float32")}
    target = (table["a"] == "y").astype("float32")
    data = tf.data.Dataset.from_tensor_slices((table, target)).batch(16)
    a, b = tf.keras.Input((1,), dtype="string", name="a"), tf.keras.Input((1,), name="b")
    found = tf.keras.layers.StringLookup(vocabulary=WORDS, output_mode="one_hot")(a)
    out = tf.keras.layers.Dense(1)(tf.keras.layers.concatenate([found, b]))
    model = tf.keras.Model({"a": a, "b": b}, out)
    model.compile(tf.keras.optimizers.Adam(0.1), "mse")
    losses = model.fit(data, epochs=8, verbose=0).history["loss"]
    assert losses[-1] < 0.1 * losses[0]
    np.testing.assert_allclose(model.predict(data, verbose=0), model.predict(table, verbose=0), rtol=1e-5)


def test_text_tensors_are_predicted(tf: Any) -> None:
    lookup = tf.keras.layers.StringLookup(vocabulary=WORDS)
    model = tf.keras.Sequential([lookup, tf.keras.layers.Embedding(5, 2)])
    asked = tf.constant(["z", "no"])
    weights = np.asarray(model(asked))
    np.testing.assert_array_equal(model.predict(asked, verbose=0), weights)
    np.testing.assert_array_equal(model.predict_on_batch(asked), weights)


def test_indices_become_text_again(tf: Any) -> None:
    back = tf.keras.layers.StringLookup(vocabulary=WORDS, invert=True)
    made = back(tf.constant([1, 3, 0]))
    assert made.dtype == tf.string and made.numpy().tolist() == [b"x", b"z", b"[UNK]"]


def test_ragged_rows_keep_their_lengths(tf: Any) -> None:
    lookup = tf.keras.layers.StringLookup(vocabulary=WORDS)
    made = lookup(tf.strings.unicode_split(["xyz", "zz"], "UTF-8"))
    assert made.to_list() == [[1, 2, 3], [3, 3]]
    np.testing.assert_array_equal(made.to_tensor(), [[1, 2, 3], [3, 3, 0]])


def test_files_in_folders_are_text(tf: Any, tmp_path: Path) -> None:
    for name in ("neg", "pos"):
        (tmp_path / name).mkdir()
        for i in range(3):
            (tmp_path / name / f"{i}.txt").write_text(f"{name} {i}")
    data = tf.keras.utils.text_dataset_from_directory(str(tmp_path), batch_size=4, verbose=False)
    texts, labels = next(iter(data))
    assert texts.dtype == tf.string and texts.shape == (4,)
    for text, label in zip(texts.numpy(), labels.numpy()):
        assert text.startswith(b"neg" if label == 0 else b"pos")
    lower = data.map(lambda x, y: tf.strings.upper(x))
    assert next(iter(lower)).numpy()[0][:3] in (b"NEG", b"POS")


def test_the_end_of_a_data_set_is_out_of_range(tf: Any) -> None:
    iterator = iter(tf.data.Dataset.range(1))
    assert int(iterator.get_next()) == 0
    try:
        iterator.get_next()
    except tf.errors.OutOfRangeError as error:
        assert error.error_code == tf.errors.OUT_OF_RANGE
    else:
        raise AssertionError("expected OutOfRangeError")


def test_creators_and_scopes_take_part_in_variables(tf: Any) -> None:
    seen = []

    def creator(make: Any, **kwargs: Any) -> Any:
        seen.append(kwargs["name"])
        return make(**{**kwargs, "trainable": False})

    with tf.variable_creator_scope(creator), tf.name_scope("outer"):
        made = tf.Variable([1.0], name="w")
    assert seen == ["w"] and not made.trainable and made.name == "outer/w:0"
    assert tf.Variable([1.0], name="w").name == "w:0"
