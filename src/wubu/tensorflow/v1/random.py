"""``tf.random`` of TensorFlow 1: numbers that a graph draws anew in each run."""

from __future__ import annotations

from wubu.tensorflow.v1.facade import falling_back
from wubu.tensorflow.v1.math import (
    multinomial,
    random_normal,
    random_shuffle,
    random_uniform,
    set_random_seed,
    truncated_normal,
)

__all__ = [
    "categorical",
    "multinomial",
    "normal",
    "set_random_seed",
    "set_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]

normal, uniform, shuffle, categorical, set_seed = (
    random_normal, random_uniform, random_shuffle, multinomial, set_random_seed,
)  # fmt: skip

__getattr__ = falling_back(__name__, __all__, "random")
