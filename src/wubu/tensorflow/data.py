"""``tf.data``: wubu's data sets, whose elements the program sees as ``tf.Tensor``."""

from __future__ import annotations

from wubu.data import experimental
from wubu.data.dataset.dataset import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, NumpyIterator, Options
from wubu.data.dataset.iterator import DatasetIterator as Iterator
from wubu.data.dataset.parallel import AUTOTUNE
from wubu.data.records.files import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset

ThreadingOptions = Options

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "FixedLengthRecordDataset",
    "INFINITE_CARDINALITY",
    "Iterator",
    "NumpyIterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "ThreadingOptions",
    "UNKNOWN_CARDINALITY",
    "experimental",
]
