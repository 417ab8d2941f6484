"""Reads what wubu wrote with TensorFlow and tf.keras 2; run by an interpreter that has them.

    python read_back.py FOLDER

``FOLDER/KIND/`` holds a checkpoint, weights and a SavedModel of wubu's, predictions, and the weights after ten steps.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import numpy as np
import tensorflow as tf
from generate import MODELS, batch, compile_like, flat, train


def check(name, model, folder):
    expected = np.load(f"{folder}/predictions.npz")
    for i, array in enumerate(flat(model.predict(batch(name, 999)[0], verbose=0))):
        np.testing.assert_allclose(array, expected[str(i)], rtol=1e-5, atol=1e-5)


def main(root):
    for name in sorted(os.listdir(root)):
        folder = f"{root}/{name}"
        assert tf.train.latest_checkpoint(folder) == f"{folder}/ckpt"
        values = np.load(f"{folder}/weights.npz")
        reader = tf.train.load_checkpoint(f"{folder}/ckpt")
        keys = [k for k in reader.get_variable_to_shape_map() if k.startswith("layer") and "VARIABLE_VALUE" in k]
        assert len(keys) == len(values.files), (keys, values.files)

        model = MODELS[name]()
        compile_like(name, model, "adam")
        model.optimizer.build(model.trainable_variables)
        model.load_weights(f"{folder}/ckpt").assert_consumed()
        check(name, model, folder)
        train(model, name, range(100, 110))
        after = np.load(f"{folder}/after.npz")
        for i, array in enumerate(model.get_weights()):
            np.testing.assert_allclose(array, after[str(i)], rtol=1e-4, atol=1e-4)

        for file in ("weights.h5", "new.weights.h5"):
            model = MODELS[name]()
            model.load_weights(f"{folder}/{file}")
            check(name, model, folder)

        model = MODELS[name]()
        model.load_weights(f"{folder}/saved_model").assert_existing_objects_matched()
        check(name, model, folder)

        reader = tf.train.load_checkpoint(f"{folder}/saved_model/variables/variables")
        assert len(reader.get_variable_to_shape_map()) > len(values.files)
        loaded = tf.saved_model.load(f"{folder}/saved_model")
        first = getattr(loaded, "layer_with_weights-0")
        variables = [v for v in vars(first).values() if isinstance(v, tf.Variable)]
        if name in ("stack", "convolutional"):
            np.testing.assert_array_equal(first.kernel.numpy(), values["0"])
            assert len(variables) == 2
        print(name, "read")


if __name__ == "__main__":
    main(sys.argv[1])
