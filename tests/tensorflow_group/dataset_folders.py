"""What Keras (on TensorFlow) makes of folders, series and splits; needs tensorflow and keras 3.

    python dataset_folders.py FOLDER

Reads ``pictures/``, ``texts/``, ``sounds/`` in the folder; what it found goes into ``found.pickle``. The cases are shared
with the tests, which import this file without TensorFlow.
"""

import pickle
import sys
from pathlib import Path

import numpy as np

SERIES = np.arange(60, dtype=np.float32).reshape(30, 2)
METHODS = ["bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]
PICTURES = {
    "default": {"image_size": (20, 24)},
    "seeded": {"seed": 5, "batch_size": 3},
    "in order": {"shuffle": False, "image_size": (16, 16), "batch_size": 4},
    "own size": {"shuffle": False, "image_size": (32, 40)},
    "categorical": {"label_mode": "categorical", "seed": 1},
    "no labels": {"labels": None, "seed": 2},
    "no label mode": {"label_mode": None, "seed": 2},
    "given labels": {"labels": list(range(12)), "seed": 3},
    "class names": {"class_names": ["cats", "ants"], "seed": 4, "label_mode": "binary"},
    "grey": {"color_mode": "grayscale", "shuffle": False},
    "rgba": {"color_mode": "rgba", "shuffle": False},
    "training": {"validation_split": 0.3, "subset": "training", "seed": 6},
    "validation": {"validation_split": 0.3, "subset": "validation", "seed": 6},
    "single": {"batch_size": None, "seed": 7},
    "crop": {"crop_to_aspect_ratio": True, "image_size": (15, 30), "shuffle": False},
    "pad": {"pad_to_aspect_ratio": True, "image_size": (15, 30), "shuffle": False},
    "channels first": {"data_format": "channels_first", "shuffle": False},
    **{m: {"interpolation": m, "shuffle": False} for m in METHODS},
}
TEXTS = {
    "default": {"seed": 1},
    "short": {"seed": 1, "max_length": 3, "batch_size": 2},
    "binary": {"label_mode": "binary", "shuffle": False},
}
SOUNDS = {
    "padded": {"seed": 1, "batch_size": 2},
    "cut": {"seed": 1, "output_sequence_length": 50},
    "single": {"batch_size": None, "shuffle": False},
}
WINDOWS = {
    "plain": ((SERIES, None, 5), {}),
    "targets": ((SERIES[:-3], SERIES[3:, 0], 4), {"batch_size": 6}),
    "strides": ((SERIES, np.arange(30), 3), {"sequence_stride": 2, "sampling_rate": 3}),
    "shuffled": ((SERIES, np.arange(30), 3), {"shuffle": True, "seed": 3, "batch_size": 2}),
    "range": ((SERIES, np.arange(30), 3), {"start_index": 5, "end_index": 20}),
    "single": ((np.arange(12), None, 4), {"batch_size": None}),
}
SPLITS = {
    "share": (([np.arange(10), np.arange(20).reshape(10, 2)],), {"left_size": 0.6}),
    "tuple": (((np.arange(10.0), np.arange(10)),), {"right_size": 3}),
    "array": ((np.arange(12.0).reshape(6, 2),), {"left_size": 2, "right_size": 3}),
    "shuffled": ((np.arange(20).reshape(10, 2),), {"left_size": 0.5, "shuffle": True, "seed": 9}),
}


def listed(data):
    """The elements of a data set as NumPy arrays."""
    return [
        tuple(np.asarray(v) for v in e) if isinstance(e, tuple) else np.asarray(e) for e in data.as_numpy_iterator()
    ]


def with_defaults(kwargs):
    return {"image_size": (20, 24), "verbose": False, **kwargs}


def main(folder):
    import os

    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    tf.random.set_seed(0)
    found = {}
    for name, kwargs in PICTURES.items():
        data = keras.utils.image_dataset_from_directory(folder / "pictures", **with_defaults(kwargs))
        paths = [str(Path(p).relative_to(folder)) for p in data.file_paths]
        passes = [listed(data), listed(data)] if "seed" in kwargs or not kwargs.get("shuffle", True) else []
        found["pictures", name] = (passes, data.class_names, paths)
    for name, kwargs in TEXTS.items():
        data = keras.utils.text_dataset_from_directory(folder / "texts", verbose=False, **kwargs)
        found["texts", name] = ([listed(data), listed(data)], data.class_names, None)
    for name, kwargs in SOUNDS.items():
        data = keras.utils.audio_dataset_from_directory(folder / "sounds", verbose=False, **kwargs)
        found["sounds", name] = ([listed(data), listed(data)], data.class_names, None)
    for name, (args, kwargs) in WINDOWS.items():
        data = keras.utils.timeseries_dataset_from_array(*args, **kwargs)
        found["windows", name] = ([listed(data), listed(data)], None, None)
    for name, (args, kwargs) in SPLITS.items():
        parts = keras.utils.split_dataset(*args, **kwargs)
        found["splits", name] = ([listed(part) for part in parts], None, None)
    (folder / "found.pickle").write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
