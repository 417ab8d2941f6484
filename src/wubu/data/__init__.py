"""Data: from arrays, generators, data sets and loaders to batches."""

from __future__ import annotations

from wubu.data.adapters import adapt
from wubu.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from wubu.data.py_dataset import PyDataset, Sequence
from wubu.data.source import Source

__all__ = ["PyDataset", "Sequence", "Source", "adapt", "pack_x_y_sample_weight", "unpack_x_y_sample_weight"]
