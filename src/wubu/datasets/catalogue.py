"""The data sets by name, with what a program needs to know to train on them."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

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
from wubu.errors import UnknownNameError

_MODULES: dict[str, ModuleType] = {
    module.__name__.rsplit(".", 1)[-1]: module
    for module in (
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
}
_LARGEST_PIXEL = {"cifar10": 255, "cifar100": 255, "digits": 16, "fashion_mnist": 255, "mnist": 255}


@dataclass(frozen=True)
class DataSet:
    """A data set's rows and what they mean.

    Args:
        name: such as ``"mnist"``.
        x_train, y_train, x_test, y_test: as ``load_data()`` of its module returns them.
        class_names: names of the classes in the order of the labels; None where there are none, as for
            prices.
        largest_pixel: the value of a white pixel; None where the rows are no pictures.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...] | None = None
    largest_pixel: int | None = None


def names() -> list[str]:
    """The names that ``load`` knows, sorted."""
    return sorted(_MODULES)


def load(name: str, **arguments: Any) -> DataSet:
    """Load a data set by name.

    Args:
        name: one of ``names()``; a hyphen stands for an underscore.
        **arguments: for its ``load_data``.

    Raises:
        UnknownNameError: with the nearest name.

    Example::

        data = wubu.datasets.load("digits")
        model.fit(data.x_train / data.largest_pixel, data.y_train)
    """
    key = name.lower().replace("-", "_")
    if key not in _MODULES:
        raise UnknownNameError("data set", name, names())
    module = _MODULES[key]
    (x_train, y_train), (x_test, y_test) = module.load_data(**arguments)
    labels = getattr(module, "CLASS_NAMES", None)
    return DataSet(key, x_train, y_train, x_test, y_test, labels, _LARGEST_PIXEL.get(key))
