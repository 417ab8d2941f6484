"""``tf.autodiff``: tapes and accumulators."""

from __future__ import annotations

# fmt: off
# ruff: noqa: I001 - one name a line would make this page too long to read
from wubu.tensorflow.tape import ForwardAccumulator, GradientTape

__all__ = [
    "ForwardAccumulator", "GradientTape",
]
