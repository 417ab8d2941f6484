"""Sequences: padding, sliding windows, pairs of words."""

from __future__ import annotations

from wubu.preprocessing.skipgrams import make_sampling_table, skipgrams
from wubu.preprocessing.timeseries_generator import TimeseriesGenerator
from wubu.utils.sequence_padding import pad_sequences

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]
