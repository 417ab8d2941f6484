"""``tensorflow.examples.tutorials.mnist``."""

from __future__ import annotations

from wubu.tensorflow.v1 import input_data

__all__ = ["input_data"]
