"""The old home of ``to_categorical`` and ``normalize``: ``from keras.utils import np_utils``."""

from wubu.utils.categorical import to_categorical
from wubu.utils.normalization import normalize

__all__ = ["normalize", "to_categorical"]
