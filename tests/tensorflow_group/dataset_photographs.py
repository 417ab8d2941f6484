"""Keras's batches of the photographs in FOLDER/pictures; needs tensorflow and keras 3.

python dataset_photographs.py FOLDER
"""

import os
import pickle
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import tensorflow as tf

folder = Path(sys.argv[1])
tf.random.set_seed(0)
data = keras.utils.image_dataset_from_directory(folder / "pictures", image_size=(32, 32), seed=3, verbose=False)
(folder / "photographs.pickle").write_bytes(pickle.dumps(list(data.as_numpy_iterator())))
