"""Data: from arrays, generators, data sets and loaders to batches."""

from __future__ import annotations

from wubu.data import experimental
from wubu.data.adapters import adapt
from wubu.data.dataset.dataset import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, Options
from wubu.data.dataset.iterator import DatasetIterator
from wubu.data.dataset.parallel import AUTOTUNE
from wubu.data.dataset.spec import TensorSpec
from wubu.data.dataset.watchdog import set_watchdog
from wubu.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from wubu.data.picture_budget import set_picture_budget
from wubu.data.py_dataset import PyDataset, Sequence
from wubu.data.records.csv_files import CsvDataset
from wubu.data.records.files import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from wubu.data.records.tfrecord import TFRecordWriter
from wubu.data.source import Source

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "CsvDataset",
    "Dataset",
    "DatasetIterator",
    "FixedLengthRecordDataset",
    "Options",
    "PyDataset",
    "Sequence",
    "Source",
    "TFRecordDataset",
    "TFRecordWriter",
    "TensorSpec",
    "TextLineDataset",
    "adapt",
    "experimental",
    "pack_x_y_sample_weight",
    "set_picture_budget",
    "set_watchdog",
    "unpack_x_y_sample_weight",
]
