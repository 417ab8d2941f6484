"""Data sets: ``load_data()`` as in Keras; downloads are checked and resumed, files put by hand are used."""

from __future__ import annotations

from wubu.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    digits,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)
from wubu.datasets.catalogue import DataSet, load, names

__all__ = [
    "DataSet",
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "digits",
    "fashion_mnist",
    "imdb",
    "load",
    "mnist",
    "names",
    "reuters",
]
