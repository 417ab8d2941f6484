"""Keras's batches of the photographs in FOLDER/pictures; needs tensorflow, keras 3 and tf_keras.

python dataset_photographs.py FOLDER

The options of the generators are shared with the tests, which import this file without TensorFlow.
"""

import pickle
import sys
from pathlib import Path

GENERATORS = {
    "plain": ({"rescale": 1 / 255}, {}),
    "in order": ({}, {"shuffle": False, "class_mode": "binary"}),
    "resized": ({"rescale": 1 / 255}, {"target_size": (48, 40), "interpolation": "bilinear"}),
    "grey": ({}, {"color_mode": "grayscale", "class_mode": "sparse"}),
    "training": ({"validation_split": 0.25}, {"subset": "training"}),
    "validation": ({"validation_split": 0.25}, {"subset": "validation"}),
    "changed": ({"horizontal_flip": True, "channel_shift_range": 20.0, "samplewise_center": True}, {}),
    "moved": ({"rotation_range": 30, "width_shift_range": 0.2, "zoom_range": 0.2, "shear_range": 10}, {}),
}


def batches(module, folder, name):
    """The first batches of a generator, and what it says of the folder."""
    options, flow = GENERATORS[name]
    flow = {"target_size": (32, 32), "batch_size": 7, "seed": 4, **flow}
    iterator = module(**options).flow_from_directory(str(folder), **flow)
    found = [next(iterator) for _ in range(len(iterator) + 2)]  # into the second pass
    return found, list(iterator.filenames), dict(iterator.class_indices), list(iterator.classes)


def main(folder):
    import os

    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf
    import tf_keras

    tf.random.set_seed(0)
    data = keras.utils.image_dataset_from_directory(folder / "pictures", image_size=(32, 32), seed=3, verbose=False)
    found = {"dataset": list(data.as_numpy_iterator())}
    for name in GENERATORS:
        found[name] = batches(tf_keras.preprocessing.image.ImageDataGenerator, folder / "pictures", name)
    (folder / "photographs.pickle").write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
