"""``tf.app``."""

from __future__ import annotations

from wubu.tensorflow.v1 import flags
from wubu.tensorflow.v1.flags import run

__all__ = ["flags", "run"]
